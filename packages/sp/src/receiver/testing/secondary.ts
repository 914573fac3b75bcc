/** A receiver of the network in memory, and what a primary sends it. */
import { createHash } from 'node:crypto';
import type { greenfieldStorage as storage } from '@prairie/chain';
import { type Modules, newTask, ReceivePieceTask, silentLogger } from '@prairie/gfsp';
import { createErasureCoder, createHasher } from '@prairie/redundancy';
import { operatorOf } from '../../testing/chain.ts';
import { Disk, Network, payloadOf, TestSigner } from '../../testing/network.ts';
import { ReceiverModule } from '../index.ts';

export const INDEX = 2;
export const GVG = 5;
const coder = createErasureCoder();
const hasher = createHasher();
export const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest();

async function piecesOf(payload: Buffer): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < payload.length; at += 1024) {
    pieces.push((await coder.encode(payload.subarray(at, at + 1024), 4, 2))[INDEX]!);
  }
  return pieces;
}

/** A receiver, provider 4, and the pieces of index 2 of an object with three segments. */
export async function setUp(fields: Partial<storage.ObjectInfo> = {}) {
  const network = new Network();
  const payload = payloadOf(2500);
  const object_info = await network.createObject(payload, fields);
  const pieces = await piecesOf(payload);
  const disk = new Disk();
  const reports: unknown[] = [];
  const manager = { reportTask: async (task: unknown) => void reports.push(task) };
  const client = { signer: new TestSigner(network.chain, 4), manager } as unknown as Modules;
  const dependencies = { client, consensus: network.chain, ...disk, hasher, logger: silentLogger };
  const makeReceiver = () => new ReceiverModule({ operatorAddress: operatorOf(4), maxReceiving: 3 }, dependencies);
  let receiver = makeReceiver();
  const restart = () => {
    receiver = makeReceiver();
  };
  const task = (over: Partial<ReceivePieceTask> = {}): ReceivePieceTask => ({
    ...ReceivePieceTask.create(),
    task: newTask(),
    object_info,
    storage_params: network.chain.params,
    redundancy_idx: INDEX,
    global_virtual_group_id: GVG,
    ...over,
  });
  const messageOf = (segment: number, piece: Uint8Array, over: Partial<ReceivePieceTask> = {}) =>
    task({ segment_idx: segment, piece_size: BigInt(piece.length), piece_checksum: sha256(piece), ...over });
  const send = (segment: number, piece = pieces[segment]!, over: Partial<ReceivePieceTask> = {}) =>
    receiver.replicatePiece(messageOf(segment, pieces[segment]!, over), piece);
  /** Another piece, with a message that fits it. */
  const sendOther = (segment: number, over: Partial<ReceivePieceTask> = {}) => {
    const other = Buffer.alloc(pieces[segment]!.length, 9);
    return receiver.replicatePiece(messageOf(segment, other, over), other);
  };
  const sendAll = async () => {
    for (const segment of [0, 1, 2]) await send(segment);
  };
  const done = (over: Partial<ReceivePieceTask> = {}) => receiver.doneReplicatePiece(task({ finished: true, ...over }));
  return { network, disk, reports, receiver, restart, task, send, sendOther, sendAll, done, pieces, object_info };
}
