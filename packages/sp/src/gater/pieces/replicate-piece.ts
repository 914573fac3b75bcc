/** A primary hands over a piece, or says that all are there (`reference/pieces-and-redundancy.md` §9.4). */
import { INTEGRITY_SIGNATURE_HEADER, RECEIVE_MSG_HEADER } from '@prairie/client';
import { ReceivePieceTask } from '@prairie/gfsp';
import { gatewayErrors } from '../errors.ts';
import { headerTask, taskSigner } from '../header-message.ts';
import type { GatewayRequest, Handler } from '../http/handler.ts';
import type { RequestBody } from '../http/request-body.ts';
import { awaitedTask, requireGroup, requireParams, requirePiece, type SentTask } from './incoming.ts';
import { requireFresh } from './task-age.ts';

export const replicatePiece: Handler = async (gateway, request, response) => {
  const { client } = gateway.dependencies;
  const sent = decodeTask(request);
  const sender = taskSigner(ReceivePieceTask, sent);
  requireFresh(sent);
  const awaited = await awaitedTask(gateway, sent, request.signal);
  await requireGroup(gateway, awaited, sender);
  const { task } = awaited;
  if (task.finished) {
    await requireParams(gateway, task);
    const { signature } = await client.receiver.doneReplicatePiece(task);
    response.setHeader('X-Gnfd-Integrity-Hash', '');
    response.setHeader(INTEGRITY_SIGNATURE_HEADER, Buffer.from(signature).toString('hex'));
  } else {
    const size = await requirePiece(gateway, task);
    const { parts, release } = await gateway.pieceMemory.take([size], request.signal);
    try {
      await readPiece(request.body, parts[0]!);
      await client.receiver.replicatePiece(task, parts[0]!);
    } finally {
      release();
    }
  }
  response.writeHead(200, { 'Content-Length': 0 }).end();
};

function decodeTask(request: GatewayRequest): SentTask {
  const task = headerTask(ReceivePieceTask, request, RECEIVE_MSG_HEADER);
  const { object_info, storage_params } = task;
  if (object_info && storage_params?.versioned_params) return { ...task, object_info, storage_params };
  throw gatewayErrors.undecodableMessage(`${RECEIVE_MSG_HEADER}: object_info and storage_params are needed`);
}

/** Exactly as many bytes as `piece` has room for. */
async function readPiece(body: RequestBody, piece: Uint8Array): Promise<void> {
  let filled = 0;
  try {
    for await (const chunk of body.read()) {
      if (filled + chunk.length > piece.length)
        throw new Error(`more than the ${piece.length} bytes that the task names`);
      piece.set(chunk, filled);
      filled += chunk.length;
    }
  } catch (error) {
    throw gatewayErrors.bodyBroke(`the piece could not be read: ${(error as Error).message}`, error);
  }
  if (filled !== piece.length) throw gatewayErrors.bodyBroke(`piece of ${piece.length} bytes expected, got ${filled}`);
}
