/** Documents that providers sign for the chain and for one another (`reference/sp-to-sp.md` §3.2, §5, §6). */
import { keccak256, sha256 } from './hash.ts';
import { messageText, textForm } from './json/embedded-text.ts';
import { AMINO } from './json/write.ts';
import { sortedJson, toProtoJson } from './json.ts';
import type { AnyMessage, Field, Init, MessageType } from './proto/define.ts';

/** What a secondary signs with its BLS key when it has all pieces of an object. */
export interface SealDoc {
  chainId: string;
  globalVirtualGroupId: number;
  objectId: bigint;
  /** SHA-256 of all checksums of the object, see {@link sealChecksum}. */
  checksum: Uint8Array;
}

/** SHA-256 of the object's concatenated checksums, the primary's first. */
export function sealChecksum(checksums: readonly Uint8Array[]): Buffer {
  return sha256(Buffer.concat(checksums));
}

export function sealDocJson(doc: SealDoc): string {
  return sortedJson({
    chain_id: doc.chainId,
    checksum: Buffer.from(doc.checksum).toString('base64'),
    global_virtual_group_id: doc.globalVirtualGroupId,
    object_id: String(doc.objectId),
  });
}

/** 32 bytes: the message of the BLS signature. */
export function sealDocDigest(doc: SealDoc): Buffer {
  return keccak256(Buffer.from(sealDocJson(doc)));
}

/** What a secondary of the destination group signs when a bucket migrates. */
export interface MigrationDoc {
  chainId: string;
  dstPrimarySpId: number;
  srcGlobalVirtualGroupId: number;
  dstGlobalVirtualGroupId: number;
  bucketId: bigint;
}

export function migrationDocJson(doc: MigrationDoc): string {
  return sortedJson({
    bucket_id: String(doc.bucketId),
    chain_id: doc.chainId,
    dst_global_virtual_group_id: doc.dstGlobalVirtualGroupId,
    dst_primary_sp_id: doc.dstPrimarySpId,
    src_global_virtual_group_id: doc.srcGlobalVirtualGroupId,
  });
}

export function migrationDocDigest(doc: MigrationDoc): Buffer {
  return keccak256(Buffer.from(migrationDocJson(doc)));
}

/** Where the approval of a message is, and what stands in place of its signature while signing. */
const approvals: Readonly<Record<string, { field: string; sig: Uint8Array | undefined }>> = {
  'greenfield.storage.MsgCreateBucket': { field: 'primary_sp_approval', sig: new Uint8Array(0) },
  'greenfield.storage.MsgCreateObject': { field: 'primary_sp_approval', sig: new Uint8Array(0) },
  'greenfield.storage.MsgCopyObject': { field: 'dst_primary_sp_approval', sig: new Uint8Array(0) },
  'greenfield.storage.MsgMigrateBucket': { field: 'dst_primary_sp_approval', sig: undefined },
  'greenfield.virtualgroup.MsgSwapOut': { field: 'successor_sp_approval', sig: undefined },
};

/** The text under an approval signature. @throws Error when the message carries no approval. */
export function approvalSignText<T>(type: MessageType<T>, msg: Init<T>): string {
  const rule = approvals[type.name];
  if (!rule) throw new Error(`${type.name} carries no provider's approval`);
  const value = msg as AnyMessage;
  const approval = value[rule.field] as AnyMessage | undefined;
  const blanked = { ...value, [rule.field]: approval && { ...approval, sig: rule.sig } };
  return sortedJson(toProtoJson(type, blanked as Init<T>));
}

export function approvalDigest<T>(type: MessageType<T>, msg: Init<T>): Buffer {
  return keccak256(Buffer.from(approvalSignText(type, msg)));
}

interface TaskRule {
  /** Name of the wrapper of types registered with the signing codec. */
  wrapper?: string;
  fields: readonly string[];
  /** Fields of the embedded `task` that are signed; the task itself is then always present. */
  task?: readonly string[];
}

/** By the last part of the message name. */
const taskRules: Readonly<Record<string, TaskRule>> = {
  GfSpReceivePieceTask: {
    wrapper: 'secondary/ReceivePieceTask',
    fields: ['object_info', 'storage_params', 'segment_idx', 'redundancy_idx', 'piece_size', 'piece_checksum'],
    task: ['create_time', 'update_time'],
  },
  GfSpRecoverPieceTask: {
    fields: ['object_info', 'storage_params', 'piece_size', 'segment_idx', 'ec_idx'],
    task: ['create_time', 'update_time'],
  },
  GfSpMigrateGVGTask: { fields: ['bucket_id', 'src_gvg', 'redundancy_idx', 'expire_time'] },
  GfSpBucketMigrationInfo: { fields: ['bucket_id', 'finished', 'migrated_bytes_size', 'expire_time'] },
  GfSpReplicatePieceApprovalTask: {
    wrapper: 'p2p/ReplicatePieceApprovalTask',
    fields: ['object_info', 'storage_params', 'expired_height'],
    task: ['create_time'],
  },
  GfSpPing: { wrapper: 'p2p/Ping', fields: ['sp_operator_address'] },
  GfSpPong: { wrapper: 'p2p/Pong', fields: ['nodes', 'sp_operator_address'] },
};

const SIGNED_TEXT = textForm(AMINO, true);

/** The bytes under a task's signature: amino JSON of the signed fields only. @throws Error for other messages. */
export function taskSignBytes<T>(type: MessageType<T>, msg: Init<T>): Buffer {
  const rule = taskRules[type.name.slice(type.name.lastIndexOf('.') + 1)];
  if (!rule) throw new Error(`${type.name} is not signed by providers`);
  const value = msg as AnyMessage;
  const signed = rule.task ? { ...value, task: pick((value.task ?? {}) as AnyMessage, rule.task) } : value;
  const text = messageText(
    type as unknown as MessageType,
    signedFields(type as unknown as MessageType, rule),
    signed,
    SIGNED_TEXT,
  );
  return Buffer.from(rule.wrapper ? `{"type":"${rule.wrapper}","value":${text}}` : text);
}

const fieldsOfRules = new Map<TaskRule, readonly Field[]>();

/** In the order of their names, which are ASCII. */
function signedFields(type: MessageType, rule: TaskRule): readonly Field[] {
  let fields = fieldsOfRules.get(rule);
  if (!fields) {
    const names = new Set(rule.task ? ['task', ...rule.fields] : rule.fields);
    fields = type.fields.filter(({ name }) => names.has(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
    fieldsOfRules.set(rule, fields);
  }
  return fields;
}

/** 32 bytes to sign with the operator key. Sign bytes that are 32 bytes long are the digest themselves. */
export function taskDigest<T>(type: MessageType<T>, msg: Init<T>): Buffer {
  const bytes = taskSignBytes(type, msg);
  return bytes.length === 32 ? bytes : keccak256(bytes);
}

function pick(value: AnyMessage, fields: readonly string[]): AnyMessage {
  return Object.fromEntries(fields.map((field) => [field, value[field]]));
}
