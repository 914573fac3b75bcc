/** One provider of a chain with objects whose pieces are here, for the tests of scrubbing. */
import { createHash } from 'node:crypto';
import { greenfieldStorage, type greenfieldStorage as storage } from '@prairie/chain';
import type { IntegrityMeta, Metadata, ObjectMeta, PieceStore, ScrubFinding, SpDb } from '@prairie/gfsp';
import { silentLogger } from '@prairie/gfsp';
import { ecPieceSize, integrityHash, pieceKey, segmentSizeAt } from '@prairie/redundancy';
import { MemoryPieceStore } from '@prairie/store';
import { PRIMARY } from '../common/integrity.ts';
import { type StoredObject, segmentsOf } from '../common/pieces.ts';
import { operatorOf, TestChain } from '../testing/chain.ts';
import { memorySpDb } from '../testing/memory-spdb.ts';
import { contentOf } from './content.ts';
import { Pace } from './pace.ts';
import { allRows } from './rows.ts';
import { Scrubber, type ScrubberDependencies } from './scrubber.ts';

/** Of the provider under test: primary of one group, and with index 1 in the other. */
const SELF = 3;
const SEGMENT = 64;

const sha256 = (data: Uint8Array): Buffer => createHash('sha256').update(data).digest();
const { OBJECT_STATUS_SEALED } = greenfieldStorage.ObjectStatus;

export interface Stored {
  object: StoredObject;
  index: number;
  row: IntegrityMeta;
  /** Key and bytes of each piece, as they should be. */
  pieces: [key: string, bytes: Buffer][];
}

export class World {
  readonly chain = new TestChain({ segmentSize: BigInt(SEGMENT) });
  readonly store = new MemoryPieceStore();
  readonly spdb: SpDb;
  readonly stored: Stored[] = [];
  /** Keys that the repair was asked for. */
  readonly repairs: string[] = [];

  /** `spdb`: of a world before, {@link emptied}. Opening one costs more than most of what tests do with it. */
  constructor(spdb: SpDb = memorySpDb()) {
    this.spdb = spdb;
    for (const primary of [SELF, 1]) {
      const others = this.chain.providers.map(({ id }) => id).filter((id) => id !== primary && id !== SELF);
      const secondary_sp_ids = primary === SELF ? others : [others[0]!, SELF, ...others.slice(1)];
      this.chain.createGroup({
        ...{ primary_sp_address: operatorOf(primary), virtual_group_family_id: 0, secondary_sp_ids },
        deposit: undefined,
      } as never);
    }
  }

  /** Sealed, with all pieces and the row here. */
  async add(size: number, index: number): Promise<Stored> {
    const object_info = this.chain.addObject({ payload_size: BigInt(size), object_status: OBJECT_STATUS_SEALED });
    const made = this.#make(object_info, index);
    await this.write(made);
    this.#seal(made);
    this.stored.push(made);
    return made;
  }

  /** Pieces of an update's content and its shadow row, as they come in before the seal. */
  async bringUpdate(of: Stored, size: number): Promise<Stored> {
    const version = of.object.object_info.version + 1n;
    const object_info = { ...of.object.object_info, version, payload_size: BigInt(size), updated_at: version };
    const made = this.#make(object_info, of.index);
    for (const [key, bytes] of made.pieces) await this.store.put(key, bytes);
    await this.spdb.setShadowIntegrity({ ...made.row, version, updated_at: version });
    return made;
  }

  sealUpdate(made: Stored): void {
    this.#seal(made);
  }

  async write({ row, pieces }: Stored): Promise<void> {
    await this.spdb.setIntegrity(row);
    for (const [key, bytes] of pieces) await this.store.put(key, bytes);
  }

  /** Another group has it now: this provider has nothing to do with it. */
  moveAway({ object }: Stored): void {
    const { id } = object.object_info;
    const found = this.chain.objects.get(id)!;
    const group = found.global_virtual_group!;
    const elsewhere = { ...group, primary_sp_id: 7, secondary_sp_ids: group.secondary_sp_ids.map(() => 7) };
    this.chain.objects.set(id, { ...found, global_virtual_group: elsewhere });
  }

  /** What the chain has at the moment. */
  readonly metadata: Pick<Metadata, 'listObjectsByIds'> = {
    listObjectsByIds: async (ids) => {
      const known = ids.flatMap((id) => this.chain.objects.get(id) ?? []);
      return new Map(known.map(({ object_info }) => [object_info.id, { object_info } as ObjectMeta]));
    },
  };

  readonly scrubberOptions = { operatorAddress: operatorOf(SELF) };

  get scrubberDependencies(): ScrubberDependencies & { consensus: TestChain } {
    return {
      ...{ consensus: this.chain, spdb: this.spdb, pieceStore: this.store, logger: silentLogger },
      hasher: { sha256: async (data) => sha256(data), close: async () => {} },
      repair: this.#repair,
    };
  }

  scrubber(pieceStore: Pick<PieceStore, 'get'> = this.store): Scrubber {
    return new Scrubber(this.scrubberOptions, { ...this.scrubberDependencies, pieceStore });
  }

  /** What a pass over all rows finds, in its order. */
  async findings(scrubber: Scrubber = this.scrubber()): Promise<ScrubFinding[]> {
    const found: ScrubFinding[] = [];
    const pace = new Pace({ bytesPerSecond: 0 });
    for await (const row of allRows(this.spdb, this.metadata)) {
      for await (const { finding } of scrubber.look(row, pace, new AbortController().signal)) {
        if (finding) found.push(finding);
      }
    }
    return found;
  }

  /** All as it was made. */
  async isWhole({ row, pieces }: Stored): Promise<boolean> {
    const now = await this.spdb.getIntegrity(row.object_id, row.redundancy_index);
    const found = await Promise.all(pieces.map(([key]) => this.store.get(key).catch(() => undefined)));
    return isSame(now, row) && pieces.every(([, bytes], segment) => found[segment]?.equals(bytes));
  }

  /** Makes pieces again as the real one does, out of what was made here in place of what others have. */
  get #repair(): ScrubberDependencies['repair'] {
    const repair = async (object: StoredObject, segment: number, index: number) => {
      const made = this.#make(object.object_info, index);
      const [key, bytes] = made.pieces[segment]!;
      this.repairs.push(key);
      await this.#setLostRow(made);
      await this.store.put(key, bytes);
      return bytes;
    };
    const ensure = async (object: StoredObject, segment: number, index: number) => {
      const made = this.#make(object.object_info, index);
      const [key, bytes] = made.pieces[segment]!;
      const found = await this.store.get(key).catch(() => undefined);
      await this.#setLostRow(made);
      if (found?.equals(bytes)) return 'good' as const;
      await repair(object, segment, index);
      return found ? ('damaged' as const) : ('missing' as const);
    };
    return { repair, ensure };
  }

  /** One that is whole in itself is believed. */
  async #setLostRow({ row }: Stored): Promise<void> {
    const content = await contentOf(row, this.chain, this.spdb);
    const list = content?.row.piece_checksum_list ?? [];
    const isWhole =
      list.length === row.piece_checksum_list.length && integrityHash(list).equals(content!.row.integrity_checksum);
    if (!isWhole) await this.spdb.setIntegrity(row);
  }

  /** Bytes follow from the object, its version, the index and the segment. */
  #make(object_info: storage.ObjectInfo, index: number): Stored {
    const { id, version, payload_size } = object_info;
    const object = { object_info, storage_params: this.chain.params };
    const pieces = Array.from({ length: segmentsOf(object) }, (_, segment): [string, Buffer] => {
      const whole = segmentSizeAt(payload_size, BigInt(SEGMENT), segment);
      const size = index === PRIMARY ? whole : ecPieceSize(whole, 4);
      const seed = sha256(Buffer.from(`${id} ${version} ${index} ${segment}`));
      return [pieceKey(id, segment, index, version), Buffer.concat([seed, seed]).subarray(0, size)];
    });
    const list = pieces.map(([, bytes]) => sha256(bytes));
    const row = { object_id: id, redundancy_index: index, object_size: payload_size };
    return {
      ...{ object, index, pieces },
      row: { ...row, integrity_checksum: integrityHash(list), piece_checksum_list: list },
    };
  }

  #seal({ object, index, row }: Stored): void {
    const { object_info } = object;
    const group = [...this.chain.families.values()].flat()[index === PRIMARY ? 0 : 1];
    const checksums = Array.from({ length: 7 }, (_, at) =>
      at === index + 1 ? row.integrity_checksum : Buffer.alloc(32, at),
    );
    Object.assign(object_info, { checksums });
    this.chain.objects.set(object_info.id, { object_info, global_virtual_group: group });
  }
}

/** Takes out what a world put in. */
export async function emptied(spdb: SpDb): Promise<SpDb> {
  const rows = await spdb.listIntegrity(undefined, 1000);
  for (const { object_id: id, redundancy_index: index } of rows) {
    await spdb.deleteIntegrity(id, index);
    await spdb.deleteShadowIntegrity(id, index);
  }
  return spdb;
}

/** Index of the provider under test in the second group. */
export const OWN_INDEX = 1;

function isSame(a: IntegrityMeta | undefined, b: IntegrityMeta): boolean {
  const texts = (row: IntegrityMeta) =>
    [row.integrity_checksum, ...row.piece_checksum_list].map((one) => Buffer.from(one).toString('hex')).join();
  return a !== undefined && texts(a) === texts(b);
}
