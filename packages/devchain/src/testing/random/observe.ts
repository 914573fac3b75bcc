/** What exists on a chain, as its events tell: names for later messages to be about. */
import { greenfieldPermission, type greenfieldStorage as storage } from '@prairie/chain';
import type { AppKeepers } from '../../chain/app.ts';
import type { BlockRecord } from '../../chain/block-types.ts';
import type { Event } from '../../context.ts';
import { idKey, joinKey } from '../../keys.ts';
import { Pool } from './pool.ts';
import type { Rng } from './rng.ts';

const { PRINCIPAL_TYPE_GNFD_GROUP } = greenfieldPermission.PrincipalType;

/** All events of a block in their order; those of failed transactions are only about fees. */
export function* eventsOf({ results }: BlockRecord): IterableIterator<Event> {
  yield* results.begin_block_events ?? [];
  for (const { events } of results.txs_results ?? []) yield* events;
  yield* results.end_block_events ?? [];
}

/** A field of a typed event. */
export function fieldOf(event: Event, name: string): unknown {
  const text = event.attributes.find(({ key }) => key === name)?.value;
  return text === undefined ? undefined : JSON.parse(text);
}

const idOf = (event: Event, name: string): bigint => BigInt(String(fieldOf(event, name)));

export interface OpenChallenge {
  id: bigint;
  objectId: bigint;
  spOperator: string;
  /** Empty when nobody asked for it. */
  challenger: string;
  /** The block that closes it. */
  expires: bigint;
}

/** Challenges that are remembered: older ones are over. */
const CHALLENGES = 100;

export class Known {
  readonly buckets: Pool<bigint, storage.BucketInfo>;
  readonly objects: Pool<bigint, storage.ObjectInfo>;
  readonly groups: Pool<bigint, storage.GroupInfo>;
  readonly policies: Pool<bigint, greenfieldPermission.Policy>;
  readonly paymentAccounts: Pool<string, { addr: string; owner: string; refundable: boolean }>;
  /** The last ones. */
  readonly challenges: OpenChallenge[] = [];
  private readonly keepers: AppKeepers;
  private readonly accounts = new Set<string>();
  /** Policies of groups by resource. */
  private readonly ofGroups = new Map<string, Set<bigint>>();

  constructor(rng: Rng, keepers: AppKeepers) {
    this.keepers = keepers;
    const { storage: stored, permission, payment } = keepers;
    this.buckets = new Pool(rng, (id) => stored.store.buckets.get(idKey(id)));
    this.objects = new Pool(rng, (id) => stored.store.objectById(id));
    this.groups = new Pool(rng, (id) => stored.store.groups.get(idKey(id)));
    this.policies = new Pool(rng, (id) => permission.policies.get(id));
    this.paymentAccounts = new Pool(rng, (address) => payment.paymentAccount(address));
  }

  observe(record: BlockRecord): void {
    for (const event of eventsOf(record)) this.note(event);
  }

  /** How many policies of groups a resource has. */
  groupPolicies({ type, id }: { type: number; id: bigint }): number {
    const ids = this.ofGroups.get(joinKey(`${type}`, `${id}`)) ?? new Set<bigint>();
    for (const policy of ids) if (!this.keepers.permission.policies.get(policy)) ids.delete(policy);
    return ids.size;
  }

  private note(event: Event): void {
    switch (event.type) {
      case 'greenfield.storage.EventCreateBucket':
        return this.buckets.add(idOf(event, 'bucket_id'));
      case 'greenfield.storage.EventCreateObject':
        return this.objects.add(idOf(event, 'object_id'));
      case 'greenfield.storage.EventCopyObject':
        return this.objects.add(idOf(event, 'dst_object_id'));
      case 'greenfield.storage.EventCreateGroup':
        return this.groups.add(idOf(event, 'group_id'));
      case 'greenfield.challenge.EventStartChallenge':
        return this.noteChallenge(event);
      case 'greenfield.permission.EventPutPolicy':
        return this.notePolicy(idOf(event, 'policy_id'));
      case 'greenfield.payment.EventPaymentAccountUpdate':
        return this.noteAccount(String(fieldOf(event, 'addr')));
      default:
    }
  }

  private noteChallenge(event: Event): void {
    this.challenges.push({
      id: idOf(event, 'challenge_id'),
      objectId: idOf(event, 'object_id'),
      spOperator: String(fieldOf(event, 'sp_operator_address')),
      challenger: String(fieldOf(event, 'challenger_address')),
      expires: idOf(event, 'expired_height'),
    });
    if (this.challenges.length > CHALLENGES) this.challenges.shift();
  }

  private notePolicy(id: bigint): void {
    const policy = this.keepers.permission.policies.get(id);
    if (!policy) return;
    const key = joinKey(`${policy.resource_type}`, `${policy.resource_id}`);
    if (policy.principal?.type === PRINCIPAL_TYPE_GNFD_GROUP) {
      this.ofGroups.set(key, (this.ofGroups.get(key) ?? new Set()).add(id));
    }
    this.policies.add(id);
  }

  private noteAccount(address: string): void {
    if (this.accounts.has(address)) return;
    this.accounts.add(address);
    this.paymentAccounts.add(address);
  }
}
