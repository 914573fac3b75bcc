/** A piece for a provider that has lost its own, or takes over another's (`reference/sp-to-sp.md` §4.2). */
import { type greenfieldSp, greenfieldStorage, type greenfieldVirtualgroup } from '@prairie/chain';
import { RECOVERY_MSG_HEADER } from '@prairie/client';
import { type ByteStream, type Consensus, contentTime, RecoverPieceTask } from '@prairie/gfsp';
import { ecPieceKey, segmentKey } from '@prairie/redundancy';
import { gatewayErrors } from '../errors.ts';
import { headerTask, taskSigner } from '../header-message.ts';
import type { Gateway, Handler } from '../http/handler.ts';
import { onChain } from '../provider-state.ts';
import { fetchPart, pieceSizeOf, readPart, type Segment, segmentOf } from './fetch-piece.ts';
import { type Piece, sendPiece, wholePiece } from './send-piece.ts';
import { requireFresh } from './task-age.ts';

const { ObjectStatus, RedundancyType } = greenfieldStorage;

/** What a request for a piece is judged by. */
interface Recovery {
  readonly task: RecoverPieceTask;
  readonly group: greenfieldVirtualgroup.GlobalVirtualGroup;
  readonly segment: Segment;
  /** Who asks, as the chain knows it. */
  readonly sender: greenfieldSp.StorageProvider;
  /** This provider's id. */
  readonly ownId: number;
  /** Id of the bucket's primary. */
  readonly primaryId: number;
}

export const recoverPiece: Handler = async (gateway, request, response) => {
  const task = headerTask(RecoverPieceTask, request, RECOVERY_MSG_HEADER);
  const operator = taskSigner(RecoverPieceTask, task);
  requireFresh(task);
  const recovery = await inspect(gateway, task, operator);
  const { ownId, primaryId } = recovery;
  const piece =
    task.ec_idx >= 0 && ownId === primaryId
      ? await pieceOfSegment(gateway, recovery)
      : await storedPiece(gateway, recovery);
  await sendPiece(piece, request, response);
};

/** @throws gateway 50009, 50030, 50031, 50043; taskexecutor 45209 */
async function inspect(gateway: Gateway, task: RecoverPieceTask, operator: string): Promise<Recovery> {
  // every piece of an object is asked for with the same questions
  const { consensus, recent } = gateway.dependencies;
  const asked = task.object_info;
  if (!asked) throw gatewayErrors.invalidHeader(`${RECOVERY_MSG_HEADER}: object_info is needed`);
  if (asked.redundancy_type !== RedundancyType.REDUNDANCY_EC_TYPE) throw gatewayErrors.recoveryRedundancy();
  const [object, bucket] = await Promise.all([
    inHeader(recent.object(asked.bucket_name, asked.object_name)),
    inHeader(recent.bucket(asked.bucket_name)),
  ]);
  const { object_info, global_virtual_group: group } = object;
  if (object_info.id !== asked.id) throw gatewayErrors.invalidHeader(`object ${asked.id} is not on the chain any more`);
  const storage_params = await inHeader(consensus.storageParams(contentTime(object_info)));
  if (object_info.object_status !== ObjectStatus.OBJECT_STATUS_SEALED) throw gatewayErrors.objectNotSealed();
  const { redundant_data_chunk_num: data, redundant_parity_chunk_num: parity } = storage_params.versioned_params;
  if (task.ec_idx < -1 || task.ec_idx >= data + parity) throw gatewayErrors.recoveryIndex();
  const segment = segmentOf(object_info, storage_params, task.segment_idx);
  const [sender, own, family] = await Promise.all([
    onChain(consensus.spByOperator(operator)),
    onChain(consensus.spByOperator(gateway.options.operatorAddress)),
    onChain(recent.family(bucket.bucket_info.global_virtual_group_family_id)),
  ]);
  if (!sender || !own || !family || !group) throw gatewayErrors.recoveryRole();
  return { task, group, segment, sender, ownId: own.id, primaryId: family.primary_sp_id };
}

/** This provider is the primary: what the secondary has lost is made from the segment. */
async function pieceOfSegment(gateway: Gateway, recovery: Recovery): Promise<Piece> {
  const { task, segment, sender } = recovery;
  if (!(await isHolderOf(gateway.dependencies.consensus, recovery))) throw gatewayErrors.recoveryRole();
  const { object_info, index, length, storage_params } = segment;
  const { redundant_data_chunk_num: data, redundant_parity_chunk_num: parity } = storage_params.versioned_params;
  const key = segmentKey(object_info.id, index, object_info.version);
  const reader = sender.operator_address;
  if (task.ec_idx >= data) {
    const whole = await fetchPart(gateway, segment, { key, length, reader });
    return wholePiece(await shardOf(gateway, whole, { data, parity, index: task.ec_idx }));
  }
  const size = pieceSizeOf(segment);
  const offset = Math.min(task.ec_idx * size, length);
  const part = { key, offset, length: Math.min(size, length - offset), reader };
  return { size, bytes: padded(readPart(gateway, segment, part), size - part.length) };
}

/** @throws 50032 when there is more to compute than can be */
async function shardOf(
  gateway: Gateway,
  segment: Uint8Array,
  { data, parity, index }: { data: number; parity: number; index: number },
): Promise<Uint8Array> {
  try {
    return (await gateway.dependencies.coder.encode(segment, data, parity))[index]!;
  } catch (error) {
    throw gatewayErrors.recoveryBusy(undefined, error);
  }
}

/** The last data pieces of a short segment are filled up with zeros. */
async function* padded(bytes: ByteStream, zeros: number): ByteStream {
  yield* bytes;
  if (zeros > 0) yield Buffer.alloc(zeros);
}

/** This provider is a secondary: it has a piece of its own, whichever is being recovered. */
async function storedPiece(gateway: Gateway, recovery: Recovery): Promise<Piece> {
  const { group, segment, sender, ownId, primaryId, task } = recovery;
  const own = group.secondary_sp_ids.indexOf(ownId);
  if (own < 0) throw gatewayErrors.recoveryRole();
  const { consensus } = gateway.dependencies;
  const may =
    sender.id === primaryId ||
    group.secondary_sp_ids[task.ec_idx] === sender.id ||
    (task.by_successor_sp && (await isSuccessorIn(consensus, recovery)));
  if (!may) throw gatewayErrors.recoveryRole();
  const { object_info, index } = segment;
  const key = ecPieceKey(object_info.id, index, own, object_info.version);
  const size = pieceSizeOf(segment);
  return { size, bytes: readPart(gateway, segment, { key, length: size, reader: sender.operator_address }) };
}

/** Whether the sender is the secondary of the piece's index, or takes over its place. */
async function isHolderOf(consensus: Consensus, { task, group, sender }: Recovery): Promise<boolean> {
  const holder = group.secondary_sp_ids[task.ec_idx];
  if (holder === sender.id) return true;
  if (!task.by_successor_sp) return false;
  const swap = await onChain(consensus.swapInInfo(0, group.id));
  return swap?.successor_sp_id === sender.id && swap.target_sp_id === holder;
}

/** Whether the sender takes over the family, or a place in the group. */
async function isSuccessorIn(consensus: Consensus, { group, sender }: Recovery): Promise<boolean> {
  const swap =
    (await onChain(consensus.swapInInfo(group.family_id, 0))) ?? (await onChain(consensus.swapInInfo(0, group.id)));
  return swap?.successor_sp_id === sender.id;
}

/** What the header names has to be on the chain; clients know its absence as a fault of the header. @throws 50009 */
async function inHeader<T>(query: Promise<T | undefined>): Promise<T> {
  let found: T | undefined;
  try {
    found = await query;
  } catch (error) {
    throw gatewayErrors.invalidHeader('the object could not be looked up on the chain: try again later', error);
  }
  if (found === undefined) throw gatewayErrors.invalidHeader('no such object on the chain');
  return found;
}
