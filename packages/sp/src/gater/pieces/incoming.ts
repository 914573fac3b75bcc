/**
 * What a primary says of an object that it sends pieces of, and what the chain says. The chain counts: names, size,
 * version and checksums in the header have to be those that it awaits, and what it says is what goes on to the receiver,
 * so that nobody's pieces get under another object's keys or into the row of a sealed content. Only of a delegated
 * object, whose checksums the chain does not know before its seal, those of the header are taken: from the primary of
 * the object's own bucket, who answers for them with its seal.
 */
import { greenfieldStorage as storage } from '@prairie/chain';
import { type Consensus, contentTime, type ObjectOnChain, type ReceivePieceTask } from '@prairie/gfsp';
import { ecPieceSize, segmentSizeAt } from '@prairie/redundancy';
import { awaitedContent } from '../../common/awaited-content.ts';
import { isReplicated, type StoredObject, segmentsOf } from '../../common/pieces.ts';
import { gatewayErrors } from '../errors.ts';
import type { Gateway } from '../http/handler.ts';
import { onChain } from '../provider-state.ts';

/** Times the chain is asked for an object that it may not have yet, and how long the next block is waited for. */
const MAX_TRIES = 3;
const MAX_BLOCK_WAIT_MS = 3000;

const { OBJECT_STATUS_CREATED, OBJECT_STATUS_SEALED } = storage.ObjectStatus;
const { BUCKET_STATUS_MIGRATING } = storage.BucketStatus;

/** A message that names its object. */
export type SentTask = ReceivePieceTask & StoredObject;

/** An object that pieces arrive for, as the chain had it a moment ago. */
export interface Incoming extends ObjectOnChain {
  /** With the content that it awaits: of an update, that of its shadow. undefined when the update is over. */
  content: storage.ObjectInfo | undefined;
  /** Asked for only when the chain does not know the checksums, or when the object is sealed and may migrate. */
  bucket: storage.BucketInfo | undefined;
}

export async function incomingObject(consensus: Consensus, id: bigint): Promise<Incoming | undefined> {
  const found = await consensus.objectById(id);
  if (!found) return undefined;
  const content = await awaitedContent(found.object_info, { consensus });
  const { object_status, bucket_name } = found.object_info;
  const asksBucket = isDelegated(content) || object_status === OBJECT_STATUS_SEALED;
  const bucket = asksBucket ? await consensus.bucket(bucket_name) : undefined;
  return { ...found, content, bucket: bucket?.bucket_info };
}

/**
 * The task with the chain's object in it. Its node may be behind the sender's: then the next blocks are waited for, as
 * the network's three tries of three seconds do (`reference/pieces-and-redundancy.md` §9.4). What was remembered is asked
 * for again before it counts against the sender.
 * @throws gateway 50025, 50042, 50043, 50004, 50009
 */
export async function awaitedTask(
  gateway: Gateway,
  task: SentTask,
  signal: AbortSignal,
): Promise<{ task: SentTask; incoming: Incoming }> {
  const id = String(task.object_info.id);
  let incoming = await onChain(gateway.incoming.get(id));
  for (let tries = 0; tries < MAX_TRIES && isStale(incoming, task, tries); tries++) {
    if (tries > 0) await nextBlock(gateway.dependencies.consensus, signal);
    gateway.incoming.forget(id);
    incoming = await onChain(gateway.incoming.get(id));
  }
  if (!incoming) throw gatewayErrors.noSuchObject();
  const { object_info } = incoming;
  if (task.bucket_migration) {
    if (object_info.object_status !== OBJECT_STATUS_SEALED) throw gatewayErrors.objectNotSealed();
    if (!isMigrating(incoming)) throw gatewayErrors.noPermission('the bucket of the object does not migrate');
  } else if (object_info.object_status !== OBJECT_STATUS_CREATED && !object_info.is_updating) {
    throw gatewayErrors.objectNotCreated();
  }
  return { task: withContentOf(task, incoming), incoming };
}

/** The first answer may be a remembered one: it is not taken for a refusal. Later ones are, unless a block may help. */
function isStale(incoming: Incoming | undefined, task: SentTask, tries: number): boolean {
  if (isBehind(incoming, task)) return true;
  const content = incoming && contentFor(incoming, task);
  return tries === 0 && (content === undefined || difference(task.object_info, content) !== undefined);
}

/** Whether what the chain says may only mean that our node has not seen what the sender's has. */
function isBehind(incoming: Incoming | undefined, task: SentTask): boolean {
  if (!incoming) return true;
  const { object_status, is_updating, version } = incoming.object_info;
  if (task.bucket_migration) return object_status === OBJECT_STATUS_CREATED || !isMigrating(incoming);
  // after an update that was cancelled comes the next one
  if (is_updating) return incoming.content === undefined || task.object_info.updated_at > incoming.content.updated_at;
  // an update has the version after the sealed one
  return object_status === OBJECT_STATUS_SEALED && task.object_info.version > version;
}

/** The chain knows its checksums once it is sealed. */
const isDelegated = (content: storage.ObjectInfo | undefined): boolean => content?.checksums.length === 0;

const isMigrating = ({ bucket }: Incoming): boolean => bucket?.bucket_status === BUCKET_STATUS_MIGRATING;

/** What may be sent: a migration copies what is sealed, all others bring what is awaited. */
function contentFor({ object_info, content }: Incoming, task: SentTask): storage.ObjectInfo | undefined {
  return task.bucket_migration ? { ...object_info, is_updating: false } : content;
}

function withContentOf(task: SentTask, incoming: Incoming): SentTask {
  const content = contentFor(incoming, task);
  if (!content) throw gatewayErrors.objectNotCreated('the update of the object is over');
  const fault = difference(task.object_info, content);
  if (fault !== undefined) {
    throw gatewayErrors.invalidHeader(`object_info is not what the chain has of object ${content.id}: ${fault}`);
  }
  const { checksums } = content.checksums.length > 0 ? content : task.object_info;
  return { ...task, object_info: { ...content, checksums } };
}

/** What the header says otherwise than the chain, of that which pieces and signatures depend on. */
function difference(said: storage.ObjectInfo, content: storage.ObjectInfo): string | undefined {
  for (const field of ['bucket_name', 'object_name', 'version', 'payload_size', 'redundancy_type'] as const) {
    if (said[field] !== content[field]) return `${field} ${content[field]} expected, got ${said[field]}`;
  }
  const { checksums } = content;
  if (checksums.length === 0) return undefined;
  if (said.checksums.length !== checksums.length) {
    return `${checksums.length} checksums expected, got ${said.checksums.length}`;
  }
  const at = checksums.findIndex((checksum, i) => Buffer.compare(checksum, said.checksums[i]!) !== 0);
  return at < 0 ? undefined : `checksum ${at} is another`;
}

/** Resolves with the next block, or after a while without one. */
async function nextBlock(consensus: Consensus, signal: AbortSignal): Promise<void> {
  const height = await onChain(consensus.currentHeight());
  const enough = AbortSignal.any([signal, AbortSignal.timeout(MAX_BLOCK_WAIT_MS)]);
  await consensus.waitForHeight(height + 1n, enough).catch(() => {});
  if (signal.aborted) throw gatewayErrors.bodyBroke('the sender went away');
}

/** The sender has to be the group's primary, and this provider its secondary of that index. @throws 50041, 50039 */
export async function requireGroup(
  gateway: Gateway,
  { task, incoming }: { task: SentTask; incoming: Incoming },
  sender: string,
): Promise<void> {
  const { consensus } = gateway.dependencies;
  const group = await onChain(consensus.gvg(task.global_virtual_group_id));
  if (!group) throw gatewayErrors.chain(`No such global virtual group: ${task.global_virtual_group_id}`);
  const primary = await onChain(consensus.spById(group.primary_sp_id));
  if (primary?.operator_address !== sender) throw gatewayErrors.primaryMismatch();
  const { bucket, content } = incoming;
  const family = isDelegated(content) ? bucket?.global_virtual_group_family_id : undefined;
  if (family !== undefined && family !== group.family_id && !task.bucket_migration) {
    throw gatewayErrors.primaryMismatch(`the bucket of the object is in family ${family}`);
  }
  const own = await onChain(consensus.spByOperator(gateway.options.operatorAddress));
  if (!own || group.secondary_sp_ids[task.redundancy_idx] !== own.id) throw gatewayErrors.secondaryMismatch();
  const checksums = task.object_info.checksums.length;
  if (!task.is_agent_upload_task && task.redundancy_idx + 1 >= checksums) {
    throw gatewayErrors.invalidHeader(`redundancy index ${task.redundancy_idx} of ${checksums} checksums`);
  }
}

/**
 * The object has to have the segment, in segments as the chain's parameters make them, and the piece its length. Returns
 * that, in bytes. @throws gateway 50009
 */
export async function requirePiece(gateway: Gateway, task: SentTask): Promise<number> {
  await requireParams(gateway, task);
  const { object_info, storage_params, segment_idx, piece_size } = task;
  const { max_segment_size, redundant_data_chunk_num: data } = storage_params.versioned_params;
  const count = segmentsOf(task);
  if (segment_idx >= count) {
    throw gatewayErrors.invalidHeader(`segment_idx ${segment_idx}: object ${object_info.id} has ${count} segments`);
  }
  const segment = segmentSizeAt(object_info.payload_size, max_segment_size, segment_idx);
  const size = isReplicated(object_info) ? segment : ecPieceSize(segment, data);
  if (piece_size !== BigInt(size)) {
    throw gatewayErrors.invalidHeader(`piece_size ${piece_size}: a piece of segment ${segment_idx} has ${size} bytes`);
  }
  return size;
}

/** In force now, mostly, which every block tells; else in force when the content was announced. @throws gateway 50009 */
export async function requireParams(gateway: Gateway, { object_info, storage_params }: SentTask): Promise<void> {
  const { consensus } = gateway.dependencies;
  if (isSame(storage_params, await onChain(consensus.storageParams(0n)))) return;
  if (isSame(storage_params, await onChain(consensus.storageParams(contentTime(object_info))))) return;
  throw gatewayErrors.invalidHeader('storage_params are not those of the chain when the content was announced');
}

const DIVISION = ['max_segment_size', 'redundant_data_chunk_num', 'redundant_parity_chunk_num'] as const;

const isSame = (one: storage.Params, other: storage.Params): boolean =>
  DIVISION.every((field) => one.versioned_params[field] === other.versioned_params[field]);
