/** Whatever comes in whatever order, through crashes too: who is told that all pieces are here is told the truth. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { greenfieldStorage as storage } from '@prairie/chain';
import { GfSpError, type Modules, newTask, ReceivePieceTask, silentLogger } from '@prairie/gfsp';
import { createErasureCoder, createHasher } from '@prairie/redundancy';
import fc from 'fast-check';
import { operatorOf } from '../testing/chain.ts';
import { Disk, Network, payloadOf, TestSigner } from '../testing/network.ts';
import { ReceiverModule } from './index.ts';

const INDEX = 4;
const SEGMENTS = 3;
const coder = createErasureCoder();
const hasher = createHasher();
const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest();
const keyOf = (segment: number) => `e1_s${segment}_p${INDEX}`;

/** Of an operation that is expected to fail with a code, or to succeed. */
const codeOf = (work: Promise<unknown>): Promise<number | undefined> =>
  work.then(
    () => undefined,
    (error) => GfSpError.from(error).innerCode,
  );

/** A receiver, what it keeps, and what is known of that from outside. */
class World {
  readonly #network: Network;
  readonly #object: storage.ObjectInfo;
  readonly #right: readonly Buffer[];
  readonly #disk = new Disk();
  #receiver: ReceiverModule;
  #isSigned = false;

  constructor(network: Network, object: storage.ObjectInfo, right: readonly Buffer[]) {
    this.#network = network;
    this.#object = object;
    this.#right = right;
    this.#receiver = this.#start();
  }

  restart(): void {
    this.#receiver = this.#start();
  }

  async send(segment: number, isRight: boolean): Promise<void> {
    const code = await codeOf(this.#send(segment, isRight));
    assert.equal(code, this.#isSigned && !isRight ? 80004 : undefined);
  }

  /** Killed with the row written and the piece not: the old one stays, if there is one. */
  async killIn(segment: number, isRight: boolean): Promise<void> {
    const { put } = this.#disk.pieceStore;
    this.#disk.pieceStore.put = () => Promise.reject(new Error('killed'));
    assert.notEqual(await codeOf(this.#send(segment, isRight)), undefined);
    this.#disk.pieceStore.put = put;
    this.restart();
  }

  /** With the power. */
  async loseRows(): Promise<void> {
    await this.#disk.spdb.deletePieceHashes(this.#object.id, INDEX);
    this.restart();
  }

  async losePiece(segment: number): Promise<void> {
    if (this.#isSigned) return;
    await this.#disk.pieceStore.delete(keyOf(segment));
    this.restart();
  }

  async done(): Promise<void> {
    const state = await this.#state();
    const code = await codeOf(this.#receiver.doneReplicatePiece(this.#task({ finished: true })));
    const expected = state.includes('missing') ? 80003 : state.includes('wrong') ? 80004 : undefined;
    assert.equal(code, expected);
    this.#isSigned ||= expected === undefined;
  }

  /** What was signed for is here, and nothing else is claimed for good. */
  async check(): Promise<void> {
    const row = await this.#disk.spdb.getIntegrity(this.#object.id, INDEX);
    assert.equal(row !== undefined, this.#isSigned);
    if (!row) return;
    assert.deepEqual(await this.#state(), Array(SEGMENTS).fill('right'));
    const listed = row.piece_checksum_list.map((checksum) => Buffer.from(checksum));
    assert.deepEqual(listed, this.#right.map(sha256));
  }

  #start(): ReceiverModule {
    const client = {
      signer: new TestSigner(this.#network.chain, 6),
      manager: { reportTask: async () => {} },
    } as unknown as Modules;
    const dependencies = { client, consensus: this.#network.chain, ...this.#disk, hasher, logger: silentLogger };
    return new ReceiverModule({ operatorAddress: operatorOf(6) }, dependencies);
  }

  #send(segment: number, isRight: boolean): Promise<void> {
    const right = this.#right[segment]!;
    const piece = isRight ? right : Buffer.alloc(right.length, 1);
    const fields = { segment_idx: segment, piece_checksum: sha256(piece), piece_size: BigInt(piece.length) };
    return this.#receiver.replicatePiece(this.#task(fields), piece);
  }

  #task(fields: Partial<ReceivePieceTask>): ReceivePieceTask {
    const { params: storage_params } = this.#network.chain;
    const common = { object_info: this.#object, storage_params, redundancy_idx: INDEX };
    return ReceivePieceTask.create({ task: newTask(), ...common, ...fields });
  }

  #state(): Promise<('missing' | 'right' | 'wrong')[]> {
    return Promise.all(
      this.#right.map(async (piece, segment) => {
        const stored = await this.#disk.pieceStore.get(keyOf(segment)).catch(() => undefined);
        if (!stored) return 'missing';
        return stored.equals(piece) ? 'right' : 'wrong';
      }),
    );
  }
}

type Step = (world: World) => Promise<void> | void;

const piece = fc.record({ segment: fc.nat(SEGMENTS - 1), isRight: fc.boolean() });
const segment = fc.nat(SEGMENTS - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: segment.map((at) => (world: World) => world.send(at, true)) },
  piece.map((one) => (world: World) => world.send(one.segment, one.isRight)),
  piece.map((one) => (world: World) => world.killIn(one.segment, one.isRight)),
  segment.map((at) => (world: World) => world.losePiece(at)),
  fc.constant((world: World) => world.loseRows()),
  fc.constant((world: World) => world.restart()),
  fc.constant((world: World) => world.done()),
);

test('a done call succeeds if and only if every piece is here and is the object’s', async () => {
  const network = new Network();
  const payload = payloadOf(2500);
  const object = await network.createObject(payload);
  const right: Buffer[] = [];
  for (let at = 0; at < payload.length; at += 1024) {
    right.push(Buffer.from((await coder.encode(payload.subarray(at, at + 1024), 4, 2))[INDEX]!));
  }
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const world = new World(network, object, right);
      for (const take of steps) {
        await take(world);
        await world.check();
      }
    }),
    { numRuns: 200 },
  );
});
