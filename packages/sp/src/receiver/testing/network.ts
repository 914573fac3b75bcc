/** A primary, this provider as its secondary, and an object between them: the same in every process. */
import {
  addressOf,
  blsPublicKey,
  greenfieldSp,
  signDigest,
  greenfieldStorage as storage,
  taskDigest,
  toHeaderJson,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import { type Consensus, newTask, ReceivePieceTask } from '@prairie/gfsp';
import { createErasureCoder, objectChecksums } from '@prairie/redundancy';
import { chainOf, OPERATOR } from '../../gater/testing.ts';

export const INDEX = 3;
export const SEGMENTS = 5;
const SEGMENT = 64 * 1024;
const PRIMARY_KEY = Buffer.alloc(32, 3);
export const BLS_KEY = Buffer.alloc(32, 5);
export const blsKey = blsPublicKey(BLS_KEY);
const OWN_ID = 1;
const PRIMARY_ID = 2;

const params = storage.Params.create({
  versioned_params: {
    ...{ max_segment_size: BigInt(SEGMENT), redundant_data_chunk_num: 4, redundant_parity_chunk_num: 2 },
  },
});

export interface Fixture {
  object_info: storage.ObjectInfo;
  /** Of this provider, in the order of segments. */
  pieces: Buffer[];
}

/** Object `id`, of bytes that tell it from others. */
export async function objectOf(id: number): Promise<Fixture> {
  const payload = Buffer.alloc(SEGMENTS * SEGMENT - 11);
  for (let i = 0; i < payload.length; i++) payload[i] = (i * 31 + id * 7 + (i >> 8)) & 255;
  const checksums = await objectChecksums(payload, { segmentSize: SEGMENT, data: 4, parity: 2 });
  const object_info = storage.ObjectInfo.create({
    ...{
      id: BigInt(id),
      bucket_name: 'photos',
      object_name: `o${id}`,
      payload_size: BigInt(payload.length),
      checksums,
    },
  });
  const coder = createErasureCoder();
  const pieces: Buffer[] = [];
  for (let at = 0; at < payload.length; at += SEGMENT) {
    pieces.push(Buffer.from((await coder.encode(payload.subarray(at, at + SEGMENT), 4, 2))[INDEX]!));
  }
  return { object_info, pieces };
}

/** Every object awaits its content. */
export function chain(): Consensus {
  const operators = [OPERATOR, addressOf(PRIMARY_KEY)];
  return chainOf({
    objectById: async (id) => ({
      object_info: (await objectOf(Number(id))).object_info,
      global_virtual_group: undefined,
    }),
    gvg: async (id) =>
      virtualgroup.GlobalVirtualGroup.create({
        ...{ id, primary_sp_id: PRIMARY_ID, secondary_sp_ids: [9, 9, 9, OWN_ID, 9, 9] },
      }),
    spById: async (id) => greenfieldSp.StorageProvider.create({ id, operator_address: operators[id - 1] ?? '' }),
    storageParams: async () => params,
  } satisfies Partial<Consensus>);
}

/** The header's value, signed by the primary. */
export function headerOf(object_info: storage.ObjectInfo, fields: Partial<ReceivePieceTask>): string {
  const common = { object_info, storage_params: params, redundancy_idx: INDEX, global_virtual_group_id: 4 };
  const task = ReceivePieceTask.create({ task: newTask(), ...common, ...fields });
  const signature = signDigest(PRIMARY_KEY, taskDigest(ReceivePieceTask, task));
  return Buffer.from(toHeaderJson(ReceivePieceTask, { ...task, signature })).toString('hex');
}
