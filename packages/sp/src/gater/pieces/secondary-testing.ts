/** A secondary's gateway, and messages of its primary. */
import type { TestContext } from 'node:test';
import {
  addressOf,
  greenfieldSp,
  signDigest,
  greenfieldStorage as storage,
  taskDigest,
  toHeaderJson,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import { RECEIVE_MSG_HEADER, REPLICATE_PIECE_PATH } from '@prairie/client';
import { type Consensus, newTask, ReceivePieceTask } from '@prairie/gfsp';
import { chainOf, gatewayOf, OPERATOR } from '../testing.ts';

const { OBJECT_STATUS_SEALED } = storage.ObjectStatus;
const { BUCKET_STATUS_CREATED, BUCKET_STATUS_MIGRATING } = storage.BucketStatus;
export const PRIMARY_KEY = Buffer.alloc(32, 3);
export const piece = Buffer.from('piece');
export const object = storage.ObjectInfo.create({
  ...{
    create_at: 40n,
    id: 7n,
    bucket_name: 'photos',
    object_name: 'a',
    payload_size: 20n,
    checksums: Array(7).fill(Buffer.alloc(32)),
  },
});
export const params = storage.Params.create({
  versioned_params: { max_segment_size: 1024n, redundant_data_chunk_num: 4, redundant_parity_chunk_num: 2 },
});

export type Task = Partial<ReceivePieceTask>;

export function headerOf(fields: Task = {}, key: Uint8Array = PRIMARY_KEY): string {
  const task = ReceivePieceTask.create({
    task: newTask(),
    object_info: object,
    storage_params: params,
    global_virtual_group_id: 1,
    redundancy_idx: 0,
    piece_size: BigInt(piece.length),
    ...fields,
  });
  const signature = signDigest(key, taskDigest(ReceivePieceTask, task));
  return Buffer.from(toHeaderJson(ReceivePieceTask, { ...task, signature })).toString('hex');
}

export const sealed = { object_status: OBJECT_STATUS_SEALED };
/** What the header says of the object. */
export const saying = (fields: Partial<storage.ObjectInfo>, task: Task = {}): Task => ({
  ...{ object_info: { ...object, ...fields }, ...task },
});
export const paramsWith = (fields: Partial<storage.VersionedParams>) =>
  storage.Params.create({ versioned_params: { ...params.versioned_params, ...fields } });

export interface Facts {
  /** What the chain says of the object, one after the other; the last one stays. */
  objects: (Partial<storage.ObjectInfo> | undefined)[];
  secondaries: number[];
  groupExists: boolean;
  /** Of the object's update. */
  shadow: Partial<storage.ShadowObjectInfo>;
  /** Of the object's bucket. */
  family: number;
  /** Whether the bucket migrates, one answer after the other; the last one stays. */
  migrating: boolean[];
  /** In force when the object was made; default: as now. */
  paramsBefore: storage.Params;
}

/** A gateway whose provider is the first secondary of group 1, and what its modules and chain were asked. */
export async function secondary(t: TestContext, fields: Partial<Facts> = {}) {
  const facts: Facts = {
    ...{ objects: [{}], secondaries: [1, 3], groupExists: true, shadow: {}, family: 2, migrating: [true] },
    paramsBefore: params,
    ...fields,
  };
  const asked: string[] = [];
  const received: string[] = [];
  const tasks: ReceivePieceTask[] = [];
  const operators = [OPERATOR, addressOf(PRIMARY_KEY)];
  const consensus = chainOf({
    async objectById() {
      asked.push('object');
      const said = facts.objects.length > 1 ? facts.objects.shift() : facts.objects[0];
      return said && { object_info: { ...object, ...said }, global_virtual_group: undefined };
    },
    async waitForHeight(height) {
      asked.push(`block ${height}`);
      return height;
    },
    spById: async (id) => greenfieldSp.StorageProvider.create({ id, operator_address: operators[id - 1]! }),
    gvg: async () =>
      facts.groupExists
        ? virtualgroup.GlobalVirtualGroup.create({
            ...{ id: 1, family_id: 2, primary_sp_id: 2, secondary_sp_ids: facts.secondaries },
          })
        : undefined,
    shadowObject: async () =>
      storage.ShadowObjectInfo.create({ ...object, version: 1n, updated_at: 50n, ...facts.shadow }),
    async bucket() {
      const isMigrating = facts.migrating.length > 1 ? facts.migrating.shift() : facts.migrating[0];
      const bucket_info = storage.BucketInfo.create({
        global_virtual_group_family_id: facts.family,
        bucket_status: isMigrating ? BUCKET_STATUS_MIGRATING : BUCKET_STATUS_CREATED,
      });
      return { bucket_info, is_rate_limited: false };
    },
    storageParams: async (time) => (time === 0n ? params : facts.paramsBefore),
  } satisfies Partial<Consensus>);
  const receiver = {
    async replicatePiece(task: ReceivePieceTask, body: Uint8Array) {
      tasks.push(task);
      received.push(Buffer.from(body).toString());
    },
    doneReplicatePiece: async () => ({ integrity_hash: Buffer.alloc(32), signature: Buffer.alloc(96, 9) }),
  };
  const gateway = await gatewayOf(t, { receiver }, consensus);
  const send = async (header: string, body: Uint8Array = piece) => {
    const headers = { [RECEIVE_MSG_HEADER]: header };
    return gateway.send({ method: 'PUT', path: REPLICATE_PIECE_PATH, headers, body });
  };
  return { port: gateway.port, send, asked, received, tasks };
}
