/** A primary hands over a piece, or says that all are there (`reference/pieces-and-redundancy.md` §9.4). */
import { greenfieldStorage } from '@prairie/chain';
import { INTEGRITY_SIGNATURE_HEADER, RECEIVE_MSG_HEADER } from '@prairie/client';
import { type Consensus, type ObjectOnChain, ReceivePieceTask } from '@prairie/gfsp';
import { gatewayErrors } from '../errors.ts';
import { headerTask, taskSigner } from '../header-message.ts';
import type { Gateway, GatewayRequest, Handler } from '../http/handler.ts';
import type { RequestBody } from '../http/request-body.ts';
import { onChain } from '../provider-state.ts';
import { requireFresh } from './task-age.ts';

/** Times the chain is asked for an object that it may not have yet, and how long the next block is waited for. */
const MAX_TRIES = 3;
const MAX_BLOCK_WAIT_MS = 3000;

const { ObjectStatus } = greenfieldStorage;

export const replicatePiece: Handler = async (gateway, request, response) => {
  const { client } = gateway.dependencies;
  const task = decodeTask(request);
  const sender = taskSigner(ReceivePieceTask, task);
  requireFresh(task);
  await requireObject(gateway, task, request.signal);
  await requireGroup(gateway, task, sender);
  if (task.finished) {
    const { signature } = await client.receiver.doneReplicatePiece(task);
    response.setHeader('X-Gnfd-Integrity-Hash', '');
    response.setHeader(INTEGRITY_SIGNATURE_HEADER, Buffer.from(signature).toString('hex'));
  } else {
    await client.receiver.replicatePiece(task, await readPiece(request.body, Number(task.piece_size)));
  }
  response.writeHead(200, { 'Content-Length': 0 }).end();
};

function decodeTask(request: GatewayRequest): ReceivePieceTask {
  const task = headerTask(ReceivePieceTask, request, RECEIVE_MSG_HEADER);
  if (task.object_info && task.storage_params?.versioned_params) return task;
  throw gatewayErrors.undecodableMessage(`${RECEIVE_MSG_HEADER}: object_info and storage_params are needed`);
}

/** The chain's object has to await this content. */
async function requireObject(gateway: Gateway, task: ReceivePieceTask, signal: AbortSignal): Promise<void> {
  const found = await objectFor(gateway, task, signal);
  if (!found) throw gatewayErrors.noSuchObject();
  const { object_status, is_updating } = found.object_info;
  if (task.bucket_migration) {
    if (object_status !== ObjectStatus.OBJECT_STATUS_SEALED) throw gatewayErrors.objectNotSealed();
  } else if (object_status !== ObjectStatus.OBJECT_STATUS_CREATED && !is_updating) {
    throw gatewayErrors.objectNotCreated();
  }
}

/**
 * The object as the chain has it. The sender's node may be ahead of ours: then the next blocks are waited for, as the
 * network's three tries of three seconds do (§9.4). What was remembered is asked for again before it counts against
 * the sender.
 */
async function objectFor(
  gateway: Gateway,
  task: ReceivePieceTask,
  signal: AbortSignal,
): Promise<ObjectOnChain | undefined> {
  const { consensus } = gateway.dependencies;
  const { id } = task.object_info!;
  let found = await onChain(gateway.incoming.get(String(id)));
  for (let tries = 0; tries < MAX_TRIES && isBehind(found, task); tries++) {
    if (tries > 0) await nextBlock(consensus, signal);
    found = await onChain(consensus.objectById(id));
  }
  return found;
}

/** Whether what the chain says may only mean that our node has not seen what the sender's has. */
function isBehind(found: ObjectOnChain | undefined, task: ReceivePieceTask): boolean {
  if (!found) return true;
  const { object_status, is_updating, version } = found.object_info;
  if (task.bucket_migration) return object_status === ObjectStatus.OBJECT_STATUS_CREATED;
  // an update has the version after the sealed one
  return object_status === ObjectStatus.OBJECT_STATUS_SEALED && !is_updating && task.object_info!.version > version;
}

/** Resolves with the next block, or after a while without one. */
async function nextBlock(consensus: Consensus, signal: AbortSignal): Promise<void> {
  const height = await onChain(consensus.currentHeight());
  const enough = AbortSignal.any([signal, AbortSignal.timeout(MAX_BLOCK_WAIT_MS)]);
  await consensus.waitForHeight(height + 1n, enough).catch(() => {});
  if (signal.aborted) throw gatewayErrors.bodyBroke('the sender went away');
}

/** The sender has to be the group's primary, and this provider its secondary of that index. */
async function requireGroup(gateway: Gateway, task: ReceivePieceTask, sender: string): Promise<void> {
  const { consensus } = gateway.dependencies;
  const group = await onChain(consensus.gvg(task.global_virtual_group_id));
  if (!group) throw gatewayErrors.chain(`No such global virtual group: ${task.global_virtual_group_id}`);
  const primary = await onChain(consensus.spById(group.primary_sp_id));
  if (primary?.operator_address !== sender) throw gatewayErrors.primaryMismatch();
  const own = await onChain(consensus.spByOperator(gateway.options.operatorAddress));
  if (!own || group.secondary_sp_ids[task.redundancy_idx] !== own.id) throw gatewayErrors.secondaryMismatch();
  const checksums = task.object_info!.checksums.length;
  if (!task.is_agent_upload_task && task.redundancy_idx + 1 >= checksums) {
    throw gatewayErrors.invalidHeader(`redundancy index ${task.redundancy_idx} of ${checksums} checksums`);
  }
}

/** Exactly `size` bytes, in one buffer that is filled as they come. */
async function readPiece(body: RequestBody, size: number): Promise<Buffer> {
  const piece = Buffer.allocUnsafe(requirePieceSize(size));
  let filled = 0;
  try {
    for await (const chunk of body.read()) {
      if (filled + chunk.length > size) throw new Error(`more than the ${size} bytes that the task names`);
      piece.set(chunk, filled);
      filled += chunk.length;
    }
  } catch (error) {
    throw gatewayErrors.bodyBroke(`the piece could not be read: ${(error as Error).message}`, error);
  }
  if (filled !== size) throw gatewayErrors.bodyBroke(`piece of ${size} bytes expected, got ${filled}`);
  return piece;
}

/** Far above any piece: segments have 16 MiB. Keeps a lying header from taking the memory. */
const MAX_PIECE_BYTES = 256 * 1024 * 1024;

function requirePieceSize(size: number): number {
  if (size >= 0 && size <= MAX_PIECE_BYTES) return size;
  throw gatewayErrors.invalidHeader(`piece_size ${size}: 0 to ${MAX_PIECE_BYTES} expected`);
}
