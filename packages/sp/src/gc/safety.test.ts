/** Whatever happens in whatever order: nothing that is needed is ever collected, and in the end nothing else is left. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greenfieldStorage as storage } from '@prairie/chain';
import { newTask, ReceivePieceTask, type SpDb, silentLogger, TaskState } from '@prairie/gfsp';
import { MemoryPieceStore, openSpDb } from '@prairie/store';
import fc from 'fast-check';
import { PRIMARY } from '../common/integrity.ts';
import { confirmReceived } from '../executor/confirm.ts';
import {
  collectDeletedObjects,
  collectOrphans,
  collectStaleOf,
  collectStaleVersions,
  collectZombies,
  type GcRun,
  type GcTools,
} from './index.ts';
import { ChainModel, LAG, OPERATOR, SEGMENT, SELF } from './testing/chain-model.ts';
import { ProviderModel, type Stored } from './testing/provider-model.ts';
import { inTurns, storeInTurns, Turns } from './testing/turns.ts';

/** Groups of two secondaries, with this provider in them or not. */
const GROUPS = [
  [2, 3],
  [SELF, 3],
  [2, SELF],
  [4, 5],
];
const OBJECTS = 2;
const ACTORS = 6;
/** As many ids as the chain may be behind with. */
const SAFE_IDS = BigInt(LAG + 1);
/** Longer than anything is held. */
const HOUR = 3600;

class World {
  readonly chain = new ChainModel();
  readonly pieceStore = new MemoryPieceStore();
  readonly spdb: SpDb;
  readonly #clock: { seconds: number };
  readonly #next: () => number;
  readonly #failures: unknown[] = [];
  #turns = new Turns();
  #provider: ProviderModel;
  #actors = 0;
  steps = 0;

  constructor(spdb: SpDb, clock: { seconds: number }, next: () => number) {
    this.spdb = spdb;
    this.#clock = clock;
    this.#next = next;
    this.chain.lag = next;
    this.#provider = new ProviderModel(this.chain, this, this.#turns, new Map());
  }

  /** One thing of all that may happen now. */
  async step(): Promise<void> {
    this.steps += 1;
    const choice = this.#next() % 16;
    if (choice === 15 && this.#next() % 32 === 0) await this.crash();
    else if (choice < 13 && this.#turns.waiting > 0) await this.#turns.choose(this.#next());
    else if (choice < 15 && this.#actors < ACTORS) this.#begin(this.#next() % 11);
    else this.#change(this.#next() % 10);
    if (this.#failures.length > 0) throw this.#failures[0];
    await this.requireAll();
  }

  #begin(what: number): void {
    const { chain } = this;
    const provider = this.#provider;
    const id = this.#anyId();
    const [any, index] = [this.#next(), this.#next() % 2];
    const group = GROUPS[any % GROUPS.length]!;
    if (what >= 6 && what < 10) return this.#act(() => this.#collect(what - 6));
    if (id === undefined) return;
    const withSelf = index === 0 ? [SELF, 3] : [2, SELF];
    if (what === 10) return this.#act(() => this.#confirm(id, index, BigInt(any % 2)));
    const work = [
      () => provider.upload(id, [2, 3]),
      () => provider.upload(id, [4, 5]),
      () => provider.receive(id, index, withSelf),
      () => provider.receive(id, index, chain.object(id)?.primary === SELF ? [2, 3] : group),
      () => provider.moveIn(id, any % 2 === 0),
      () => provider.takeOver(id, (any % 3) + PRIMARY, any % 2 === 0),
    ][what]!;
    this.#act(work);
  }

  #act(work: () => Promise<unknown>): void {
    const turns = this.#turns;
    this.#actors += 1;
    work()
      .catch((error: unknown) => void (isExpected(error) || this.#failures.push(error)))
      .finally(() => void (turns === this.#turns && this.#actors--));
  }

  /** What clients and other providers do on the chain. */
  #change(what: number): void {
    const { chain } = this;
    const id = this.#anyId();
    const segments = (this.#next() % 3) + 1;
    if (what === 0 && chain.ids.length < OBJECTS) chain.create((this.#next() % 2) + 1, segments);
    else if (id === undefined || what === 1) chain.mine();
    else if (what === 2 || what === 3) chain.beginUpdate(id, segments);
    else if (what === 4 && (chain.object(id)?.sealed || this.#next() % 8 === 0)) chain.cancel(id);
    else if (what === 5) this.#moveAway(id);
    else if (what >= 8 && chain.object(id)?.sealed) this.#renew(id, segments);
    else if (what === 6 && this.#next() % 8 === 0) chain.delete(id);
    else if (what === 7 && chain.object(id)?.primary !== SELF)
      chain.seal(id, chain.object(id)?.pending?.time ?? -1n, [4, 5]);
  }

  /** An update with the same version again. */
  #renew(id: bigint, segments: number): void {
    this.chain.cancel(id);
    this.chain.beginUpdate(id, segments);
  }

  #moveAway(id: bigint): void {
    const moving = this.chain.object(id)?.moving;
    if (!moving) this.chain.beginMove(id, 6);
    else if (moving.to !== SELF) this.chain.endMove(id, moving.name, this.#next() % 2 === 0);
  }

  #anyId(): bigint | undefined {
    const { ids } = this.chain;
    return ids[this.#next() % Math.max(ids.length, 1)];
  }

  /** The look after pieces of the sealed content, or of the one after it, were received. */
  async #confirm(id: bigint, index: number, newer: bigint): Promise<void> {
    const { sealed, pending } = this.chain.object(id) ?? {};
    const version = (sealed?.version ?? 0n) + newer;
    const updated_at = (version === pending?.version ? pending?.time : sealed?.time) ?? 0n;
    const payload_size = BigInt(3 * SEGMENT);
    const object_info = storage.ObjectInfo.create({ id, version, updated_at, payload_size, is_updating: version > 0n });
    const storage_params = storage.Params.create({ versioned_params: { max_segment_size: BigInt(SEGMENT) } });
    const task = ReceivePieceTask.create({ task: newTask(), object_info, storage_params, redundancy_idx: index });
    const tools = this.#tools;
    const left: bigint[] = [];
    const leftovers = { add: (objectId: bigint) => void left.push(objectId) };
    await confirmReceived(task, { operatorAddress: OPERATOR }, { ...tools, leftovers });
    await collectStaleOf(left, runWith(SAFE_IDS), tools);
  }

  async #collect(kind: number, safeObjectIds = SAFE_IDS): Promise<void> {
    const tools = this.#tools;
    const run = runWith(safeObjectIds);
    const latest = this.chain.now.latestId;
    const to = this.chain.height - BigInt(LAG) - 1n;
    if (kind === 0) await collectDeletedObjects({ from: 0n, to }, run, tools);
    else if (kind === 1) await collectZombies({ from: 1n, to: latest - safeObjectIds }, run, tools);
    else if (kind === 2) await collectStaleVersions(run, tools);
    else await collectOrphans(run, tools);
  }

  get #tools(): GcTools {
    const { chain, spdb, pieceStore } = this;
    const turns = this.#turns;
    return {
      operatorAddress: OPERATOR,
      consensus: inTurns(chain.consensus, turns),
      spdb: inTurns(spdb, turns),
      pieceStore: storeInTurns(pieceStore, turns),
      client: { metadata: inTurns(chain.metadata, turns) },
      logger: silentLogger,
      now: () => this.#clock.seconds,
    };
  }

  /** Everybody stops where he is; what was being uploaded is taken up. */
  async crash(): Promise<void> {
    this.#turns.drop();
    await this.#turns.quiet();
    this.#turns = new Turns();
    this.#actors = 0;
    this.#provider = new ProviderModel(this.chain, this, this.#turns, this.#provider.stored);
    for (const { object_id } of await this.spdb.listUploadProgress(Object.values(TaskState), 100)) {
      this.#act(() => this.#provider.revive(object_id, [2, 3]));
    }
  }

  /** Nobody begins anything any more; all that runs comes to its end. */
  async finish(): Promise<void> {
    await this.crash();
    this.#clock.seconds += HOUR;
    await this.#runAll();
    for (const { id, moving, successor } of this.chain.now.objects.values()) {
      if (moving) this.chain.endMove(id, moving.name, false);
      if (successor) this.chain.endReserve(id, successor.name, false);
      if (this.chain.object(id)?.sealed) this.chain.cancel(id);
    }
    this.chain.lag = () => 0;
    this.chain.mine(this.chain.height + 10n);
    for (const kind of [0, 1, 2, 3]) {
      this.#act(() => this.#collect(kind, 0n));
      await this.#runAll();
    }
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  async #runAll(): Promise<void> {
    await this.#turns.quiet();
    while (this.#turns.waiting > 0) await this.#turns.choose(0);
  }

  /** Pieces that somebody needs: those of contents that come, and those of this provider's places. */
  *#needed(): Generator<string> {
    for (const [key, piece] of this.#provider.stored) if (this.#isNeeded(piece)) yield key;
  }

  #isNeeded({ objectId, index, version, segment, reason }: Stored): boolean {
    const object = this.chain.object(objectId);
    if (!object) return false;
    const { pending, sealed, moving, successor, places } = object;
    if (pending?.version === version) return reason === `c${pending.time}`;
    if (sealed?.version !== version || segment >= sealed.segments) return false;
    if (moving?.name === reason || successor?.name === reason) return true;
    return places.get(index)?.has(reason) ?? false;
  }

  async requireAll(): Promise<void> {
    for (const key of this.#needed()) {
      if ((await this.pieceStore.size(key)) === undefined) throw new Error(`${key} is needed, and gone`);
    }
  }

  /** Pieces of places; and of objects that still wait for their first content whatever came of it. */
  async requireNothingElse(): Promise<void> {
    const allowed = new Set(this.#needed());
    for await (const key of this.pieceStore.list('')) {
      const piece = this.#provider.stored.get(key);
      const object = piece && this.chain.object(piece.objectId);
      const isAwaited = object !== undefined && object.sealed === undefined;
      const isOfPlace = object?.sealed?.version === piece?.version && object?.places.has(piece?.index ?? -2);
      assert.ok(allowed.has(key) || isAwaited || isOfPlace, `${key} is left: ${piece?.reason}`);
    }
    assert.deepEqual(await this.spdb.listCondemned(10), []);
    assert.deepEqual(await this.spdb.listShadowIntegrity(10), []);
  }

  /** Of a place whose pieces are all here the rows are too: the object's, or those of its pieces. */
  async requireRows(): Promise<void> {
    const needed = [...this.#needed()].map((key) => this.#provider.stored.get(key)!);
    for (const pieces of Map.groupBy(needed, ({ objectId, index }) => `${objectId} ${index}`).values()) {
      const { objectId, index } = pieces[0]!;
      const segments = this.chain.object(objectId)?.sealed?.segments;
      if (pieces.length !== segments) continue;
      const claims = (await this.spdb.listClaims([objectId])).get(objectId);
      const row = claims?.integrity.find(({ redundancy_index }) => redundancy_index === index);
      const received = claims?.pieces.filter(({ redundancy_index }) => redundancy_index === index) ?? [];
      const isClaimed = row?.piece_checksum_list.length === segments || received.length >= segments;
      assert.ok(isClaimed, `object ${objectId} has no row at ${index}`);
    }
  }
}

const runWith = (safeObjectIds: bigint): GcRun => ({
  safeObjectIds,
  ...{ rate: 1e9, settleBlocks: BigInt(2 * LAG) },
});

/**
 * Tables that are behind say that an object is deleted, and a chain that is more behind that it is not; what was received
 * is confirmed too early.
 */
function isExpected(error: unknown): boolean {
  return error instanceof Error && /is deleted according to the tables|not sealed yet|is not known/.test(error.message);
}

/** Some thousand steps for each of the runs. */
const RUNS = 25;

test('under random interleavings nothing needed is collected, and in the end nothing else is left', async () => {
  let steps = 0;
  const property = fc.asyncProperty(
    fc.array(fc.nat({ max: 255 }), { minLength: 2000, maxLength: 8000, size: 'max' }),
    async (tape) => {
      const clock = { seconds: 1_000_000 };
      const spdb = await openSpDb({ engine: 'sqlite', path: ':memory:' }, { now: () => clock.seconds });
      let at = 0;
      const world = new World(spdb, clock, () => tape[at++ % tape.length]! + Math.floor(at / tape.length));
      try {
        while (at < tape.length) await world.step();
        await world.finish();
        await world.requireAll();
        await world.requireNothingElse();
        await world.requireRows();
        steps += world.steps;
      } finally {
        await spdb.close();
      }
    },
  );
  await fc.assert(property, { numRuns: RUNS, endOnFailure: true });
  assert.ok(steps > 1000, `${steps} steps`);
});
