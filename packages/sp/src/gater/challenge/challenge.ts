/** A piece, and what proves that it is the right one, for a challenger (`reference/gateway-http.md` §5.4). */
import { type ByteStream, type ChallengeInfo, ChallengePieceTask, contentTime, newTask } from '@prairie/gfsp';
import { authorizedSigner } from '../auth/authenticate.ts';
import { gatewayErrors } from '../errors.ts';
import { type Gateway, type GatewayRequest, type Handler, header } from '../http/handler.ts';
import { message, text, VERSION } from '../http/shape.ts';
import { INT32, type IntegerType, requireInteger, UINT32, UINT64 } from '../integers.ts';
import { inChunks, sendPiece, wholePiece } from '../pieces/send-piece.ts';
import { onChain } from '../provider-state.ts';
import { send } from '../read/send.ts';

export const OBJECT_ID_HEADER = 'X-Gnfd-Object-ID';
export const REDUNDANCY_INDEX_HEADER = 'X-Gnfd-Redundancy-Index';
export const PIECE_INDEX_HEADER = 'X-Gnfd-Piece-Index';

export const getChallengeInfo: Handler = (gateway, request, response) =>
  challenged(gateway, request, async ({ integrity_hash, checksums, data }) => {
    response.setHeader(OBJECT_ID_HEADER, header(request, OBJECT_ID_HEADER));
    response.setHeader('X-Gnfd-Integrity-Hash', hex(integrity_hash));
    response.setHeader('X-Gnfd-Piece-Hash', checksums.map(hex).join(','));
    await sendPiece(wholePiece(data), request, response);
  });

export const getChallengeInfoV2: Handler = (gateway, request, response) =>
  challenged(gateway, request, async ({ integrity_hash, checksums, data }) => {
    const proof = proofOf.xml({ request, integrity_hash, checksums });
    const before = Buffer.from(`<GetChallengeInfo${VERSION}>${proof}<PieceData>`);
    const after = Buffer.from('</PieceData></GetChallengeInfo>');
    const length = before.length + 2 * data.length + after.length;
    const headers = { 'Content-Type': 'application/xml', 'Content-Length': length };
    const bytes = { low: 0n, high: BigInt(length) - 1n };
    await send(hexChunks(before, data, after), { request, response }, { status: 200, headers, bytes });
  });

/** What stands before the piece, which is too long for a message of its own. */
const proofOf = message<Pick<ChallengeInfo, 'integrity_hash' | 'checksums'> & { request: GatewayRequest }>('Proof', {
  ObjectID: text(({ request }) => header(request, OBJECT_ID_HEADER)),
  RedundancyIndex: text(({ request }) => header(request, REDUNDANCY_INDEX_HEADER)),
  PieceIndex: text(({ request }) => header(request, PIECE_INDEX_HEADER)),
  IntegrityHash: text(({ integrity_hash }) => hex(integrity_hash)),
  PieceHash: text(({ checksums }) => checksums.map(hex).join(',')),
});

/** Checks, and lets `answer` have the piece; it is in memory for so long. */
async function challenged(
  gateway: Gateway,
  request: GatewayRequest,
  answer: (info: ChallengeInfo) => Promise<void>,
): Promise<void> {
  const { client, consensus } = gateway.dependencies;
  const id = integerOf(request, OBJECT_ID_HEADER, UINT64);
  const found = await onChain(consensus.objectById(id));
  if (!found) throw gatewayErrors.noSuchObject();
  const { object_info } = found;
  const place = { ...request.place, bucket: object_info.bucket_name, object: object_info.object_name };
  const user_address = await authorizedSigner(gateway, { ...request, place }, 'get-challenge-piece-info');
  const task = ChallengePieceTask.create({
    task: newTask({ user_address }),
    object_info,
    redundancy_idx: Number(integerOf(request, REDUNDANCY_INDEX_HEADER, INT32)),
    segment_idx: Number(integerOf(request, PIECE_INDEX_HEADER, UINT32)),
    storage_params: await onChain(consensus.storageParams(contentTime(object_info))),
  });
  await gateway.challenges.run(async () => answer(await client.downloader.getChallengeInfo(task)));
}

function integerOf(request: GatewayRequest, name: string, type: IntegerType): bigint {
  return requireInteger(name, header(request, name), type, gatewayErrors.invalidHeader);
}

/** Hex of a segment whole is twice 16 MiB: it is made as it goes out. */
async function* hexChunks(before: Uint8Array, data: Uint8Array, after: Uint8Array): ByteStream {
  yield before;
  for await (const chunk of inChunks(data)) yield Buffer.from(hex(chunk), 'latin1');
  yield after;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
