/** A sealed object on seven providers; what each has lies open, and each may lose or damage it. */

import { greenfieldStorage as storage } from '@prairie/chain';
import { GfSpError, type Modules, type PieceStore, type RecoverPieceTask, silentLogger } from '@prairie/gfsp';
import { createErasureCoder, createHasher, objectChecksums, pieceKey } from '@prairie/redundancy';
import type { StoredObject } from '../common/pieces.ts';
import { operatorOf, TestChain } from '../testing/chain.ts';
import { Disk } from '../testing/network.ts';
import { type Peers, PieceRepair, type PieceRepairOptions, type RepairFacts } from './index.ts';
import { setChecksums } from './rows.ts';

const coder = createErasureCoder();
const hasher = createHasher();

/** What a provider answers to a request for its piece; `before` may fail, wait, or change the store. */
export class TestPeers implements Peers {
  readonly calls: string[] = [];
  before: (endpoint: string, task: RecoverPieceTask) => Promise<void> | void = () => {};
  readonly #disks: ReadonlyMap<string, Disk>;
  readonly #indexes: ReadonlyMap<string, number>;

  constructor(disks: ReadonlyMap<string, Disk>, indexes: ReadonlyMap<string, number>) {
    this.#disks = disks;
    this.#indexes = indexes;
  }

  async recoverPiece(endpoint: string, task: RecoverPieceTask, _max: number, signal?: AbortSignal): Promise<Buffer> {
    this.calls.push(endpoint);
    await this.before(endpoint, task);
    signal?.throwIfAborted();
    const { object_info, segment_idx, ec_idx, storage_params } = task;
    const own = this.#indexes.get(endpoint)!;
    const store = this.#disks.get(endpoint)!.pieceStore;
    const stored = await store.get(pieceKey(object_info.id, segment_idx, own, object_info.version)).catch(() => {
      throw new GfSpError({
        ...{ code_space: 'remote', http_status_code: 404, inner_code: 85102 },
        description: 'the specified key does not exist',
      });
    });
    if (own >= 0) return stored;
    const { redundant_data_chunk_num: data, redundant_parity_chunk_num: parity } = storage_params.versioned_params;
    return Buffer.from((await coder.encode(stored, data, parity))[ec_idx]!);
  }
}

export interface Sealed {
  chain: TestChain;
  object: StoredObject;
  payload: Buffer;
  peers: TestPeers;
  /** What the provider of the redundancy index keeps; -1 is the primary. */
  disk(index: number): Disk;
  /** Index 6 is provider 8, which has no place; `own` is what it keeps. */
  repairOf(index: number, options?: Partial<PieceRepairOptions>, own?: Disk): PieceRepair;
  key(segment: number, index: number): string;
  /** What was told of repairs. */
  repairs: RepairFacts[];
}

/** Bytes of which no two segments are alike; the same each time. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0, state = 1; at < length; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

const INDEXES = [-1, 0, 1, 2, 3, 4, 5];

/** An object of `length` bytes in segments of 1 KiB, sealed by provider 1 with the providers 2 to 7. */
export async function sealedObject(length = 2500, segmentSize = 1024): Promise<Sealed> {
  const chain = new TestChain({ providers: 8, segmentSize: BigInt(segmentSize) });
  const payload = noise(length);
  const checksums = await objectChecksums(payload, { segmentSize, data: 4, parity: 2 });
  const object = {
    object_info: sealOn(chain, { payload_size: BigInt(length), checksums }),
    storage_params: chain.params,
  };
  const disks = INDEXES.map(() => new Disk());
  const disk = (index: number): Disk => disks[index + 1]!;
  await Promise.all(INDEXES.map((index) => storePieces(object, index, { payload, disk: disk(index) })));
  const endpoints = chain.providers.map(({ endpoint }) => endpoint);
  const peers = new TestPeers(
    new Map(endpoints.map((endpoint, at) => [endpoint, disks[at]!])),
    new Map(endpoints.map((endpoint, at) => [endpoint, at - 1])),
  );
  const signer = { sign: async () => new Uint8Array(65) };
  const repairs: RepairFacts[] = [];
  return {
    ...{ chain, object, payload, peers, disk, repairs },
    repairOf: (index, options, own = disk(index)) =>
      new PieceRepair(
        { operatorAddress: operatorOf(index + 2), ...options },
        {
          ...{ client: { signer } as unknown as Modules, consensus: chain, ...own },
          ...{ peers, coder, hasher, logger: silentLogger, onRepair: (facts) => repairs.push(facts) },
        },
      ),
    key: (segment, index) => pieceKey(object.object_info.id, segment, index),
  };
}

function sealOn(chain: TestChain, fields: Partial<storage.ObjectInfo>): storage.ObjectInfo {
  if (!chain.buckets.has('bucket')) chain.addBucket('bucket', 1);
  if (chain.families.size === 0) {
    const secondary_sp_ids = [2, 3, 4, 5, 6, 7];
    const primary_sp_address = operatorOf(1);
    chain.createGroup({ virtual_group_family_id: 0, primary_sp_address, secondary_sp_ids, deposit: undefined });
  }
  const object_info = chain.addObject({ ...fields, object_status: storage.ObjectStatus.OBJECT_STATUS_SEALED });
  chain.objects.set(object_info.id, { object_info, global_virtual_group: chain.families.get(1)![0] });
  return object_info;
}

/** What a provider has once an object is sealed: its pieces, and their checksums. */
async function storePieces(
  object: StoredObject,
  index: number,
  { payload, disk }: { payload: Buffer; disk: Disk },
): Promise<void> {
  const list: Buffer[] = [];
  const size = Number(object.storage_params.versioned_params.max_segment_size);
  for (let at = 0; at < payload.length; at += size) {
    const segment = payload.subarray(at, at + size);
    const piece = index < 0 ? segment : (await coder.encode(segment, 4, 2))[index]!;
    await disk.pieceStore.put(pieceKey(object.object_info.id, list.length, index), piece);
    list.push(await hasher.sha256(piece));
  }
  await setChecksums(disk.spdb, object, index, list);
}

/** Turns one bit of what is stored. */
export async function flipBit(store: PieceStore, key: string, at = 0): Promise<void> {
  const bytes = await store.get(key);
  bytes[at % bytes.length]! ^= 1;
  await store.put(key, bytes);
}
