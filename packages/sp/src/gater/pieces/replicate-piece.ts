/** A primary hands over a piece, or says that all are there (`reference/pieces-and-redundancy.md` §9.4). */
import { INTEGRITY_SIGNATURE_HEADER, RECEIVE_MSG_HEADER } from '@prairie/client';
import { busyErrors, ReceivePieceTask } from '@prairie/gfsp';
import { within } from '../../common/within.ts';
import { gatewayErrors } from '../errors.ts';
import { headerTask, taskSigner } from '../header-message.ts';
import type { Gateway, GatewayRequest, Handler } from '../http/handler.ts';
import { awaitedTask, requireGroup, requireParams, requirePiece, type SentTask } from './incoming.ts';
import { requireFresh } from './task-age.ts';

/** A sender gives up after 45 s (`CALL_TIMEOUT_MS`); one that vanished must not keep the memory of its piece. */
const PIECE_MS = 60_000;

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
    const { piece, release } = await incomingPiece(gateway, request, size);
    try {
      await client.receiver.replicatePiece(task, piece);
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

/** The piece in memory, once it has come. @throws gateway 50013; receiver 990802 when no memory was free for it */
async function incomingPiece(
  { pieceMemory }: Gateway,
  { body, signal }: GatewayRequest,
  size: number,
): Promise<{ piece: Uint8Array; release: () => void }> {
  const late = () => new Error(`it did not come in ${PIECE_MS} ms`);
  return within({ ms: PIECE_MS, late, signal }, async (ended) => {
    const { parts, release } = await pieceMemory.take([size], ended).catch((error: unknown) => {
      throw busyErrors.receiver(undefined, error);
    });
    const piece = parts[0]!;
    try {
      await readPiece(body.read(), piece, ended);
    } catch (error) {
      release();
      throw error;
    }
    return { piece, release };
  });
}

/** Exactly as many bytes as `piece` has room for, before `ended` aborts; nothing is written to it afterwards. */
async function readPiece(chunks: AsyncIterator<Uint8Array>, piece: Uint8Array, ended: AbortSignal): Promise<void> {
  const { promise: end, reject } = Promise.withResolvers<never>();
  const onEnd = (): void => reject(ended.reason);
  ended.addEventListener('abort', onEnd, { once: true });
  let filled = 0;
  try {
    for (;;) {
      ended.throwIfAborted();
      const { value: chunk, done } = await Promise.race([chunks.next(), end]);
      if (done) break;
      if (filled + chunk.length > piece.length)
        throw new Error(`more than the ${piece.length} bytes that the task names`);
      piece.set(chunk, filled);
      filled += chunk.length;
    }
  } catch (error) {
    // not awaited: a sender that is silent would hold up the answer
    void chunks.return?.().catch(() => {});
    throw gatewayErrors.bodyBroke(`the piece could not be read: ${(error as Error).message}`, error);
  } finally {
    ended.removeEventListener('abort', onEnd);
  }
  if (filled !== piece.length) throw gatewayErrors.bodyBroke(`piece of ${piece.length} bytes expected, got ${filled}`);
}
