/** Ids as events tell them: each sequence counts up by one, whatever failed in between. */
import type { Event } from '../../context.ts';
import { fieldOf } from '../random/observe.ts';

interface Sequence {
  /** What is counted. */
  of: string;
  /** The attribute with the id. */
  field: string;
  /** The same id may come again, when what has it is written again. */
  repeats?: boolean;
}

const SEQUENCES: Readonly<Record<string, Sequence>> = {
  'greenfield.storage.EventCreateBucket': { of: 'bucket', field: 'bucket_id' },
  'greenfield.storage.EventCreateObject': { of: 'object', field: 'object_id' },
  'greenfield.storage.EventCopyObject': { of: 'object', field: 'dst_object_id' },
  'greenfield.storage.EventCreateGroup': { of: 'group', field: 'group_id' },
  'greenfield.permission.EventPutPolicy': { of: 'policy', field: 'policy_id', repeats: true },
  'greenfield.virtualgroup.EventCreateGlobalVirtualGroup': { of: 'global virtual group', field: 'id' },
  'greenfield.virtualgroup.EventCreateGlobalVirtualGroupFamily': { of: 'family', field: 'id' },
  'greenfield.sp.EventCreateStorageProvider': { of: 'provider', field: 'sp_id' },
  'greenfield.challenge.EventStartChallenge': { of: 'challenge', field: 'challenge_id' },
  submit_proposal: { of: 'proposal', field: 'proposal_id' },
};

export class SequenceLedger {
  private readonly last: Map<string, bigint>;
  private readonly gaps: string[] = [];

  /** `begun` are those that genesis has used, by what is counted. */
  constructor(begun: Readonly<Record<string, bigint>> = {}) {
    this.last = new Map(Object.entries(begun));
  }

  /** How far each sequence has come. */
  get counts(): ReadonlyMap<string, bigint> {
    return this.last;
  }

  note(event: Event): void {
    const sequence = SEQUENCES[event.type];
    const text = sequence && fieldOf(event, sequence.field);
    if (!sequence || text === undefined) return;
    const id = BigInt(String(text));
    const last = this.last.get(sequence.of) ?? 0n;
    if (id === last + 1n) this.last.set(sequence.of, id);
    else if (!sequence.repeats || id > last) this.gaps.push(`${sequence.of} ${id} came after ${last}`);
  }

  findings(): string[] {
    return this.gaps;
  }
}
