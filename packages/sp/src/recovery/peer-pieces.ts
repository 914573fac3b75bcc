/** Pieces of other providers (`reference/sp-to-sp.md` §4.2). */
import { type Modules, newTask, RecoverPieceTask } from '@prairie/gfsp';
import { PRIMARY } from '../common/integrity.ts';
import { recoveryErrors } from './errors.ts';
import type { Wanted } from './wanted.ts';

/** Calls to other providers; `SpClient` of `@prairie/client` is one. Throws `GfSpError` with the peer's code. */
export interface Peers {
  /** The piece that the peer has; one longer than `maxBytes` is refused. */
  recoverPiece(endpoint: string, task: RecoverPieceTask, maxBytes: number, signal?: AbortSignal): Promise<Uint8Array>;
}

/** A whole piece, over a slow line; the client gives up earlier when nothing comes at all. */
const CALL_TIMEOUT_MS = 30_000;

/**
 * What is asked of all holders of a segment's pieces, signed once. `successorIn` is the group whose place this provider
 * takes over; in a group of its own there is none.
 */
export async function recoverTask(
  client: Pick<Modules, 'signer'>,
  { object, segment, index }: Wanted,
  successorIn?: number,
): Promise<RecoverPieceTask> {
  const { object_info, storage_params } = object;
  const unsigned: RecoverPieceTask = {
    ...RecoverPieceTask.create(),
    // it goes to another provider, which our traces are no business of
    task: { ...newTask(), logs: '' },
    ...{ object_info, storage_params, segment_idx: segment, ec_idx: index },
    piece_size: storage_params.versioned_params.max_segment_size,
    ...(successorIn === undefined ? {} : { by_successor_sp: true, gvg_id: successorIn }),
  };
  return { ...unsigned, signature: await client.signer.sign('gfsp_recover_piece_task', unsigned) };
}

/** The piece of redundancy index `index`, at its full length. @throws 45207, GfSpError with the peer's code, TransportError */
export async function fetchShard(
  peers: Peers,
  source: { endpoint: string; index: number },
  { task, wanted }: { task: RecoverPieceTask; wanted: Wanted },
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { shardLength } = wanted;
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(CALL_TIMEOUT_MS)]);
  const bytes = await peers.recoverPiece(source.endpoint, task, shardLength, deadline);
  if (bytes.length === shardLength) return bytes;
  if (bytes.length !== contentLength(wanted, source.index)) {
    throw recoveryErrors.length(
      `get secondary piece data length error: ${bytes.length} bytes of piece ${source.index}, expected ${shardLength}`,
    );
  }
  // some providers leave out the zeros at the end of a short segment (§10.2)
  const padded = Buffer.alloc(shardLength);
  padded.set(bytes);
  return padded;
}

/** Bytes of the segment that are in a data piece; the rest of it is zeros. */
function contentLength({ data, segmentLength, shardLength }: Wanted, index: number): number {
  if (index <= PRIMARY || index >= data) return shardLength;
  return Math.min(shardLength, Math.max(0, segmentLength - index * shardLength));
}
