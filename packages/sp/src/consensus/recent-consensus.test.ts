import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  type AnyMessage,
  greenfieldPermission,
  type MessageType,
  greenfieldStorage as storage,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import { type Consensus, type Modules, silentLogger } from '@prairie/gfsp';
import fc from 'fast-check';
import type { AppliedEvent } from '../blocksyncer/index.ts';
import { Heights } from '../common/heights.ts';
import { ChainHead } from './chain-head.ts';
import { Picture } from './picture.ts';
import { type AnswerSource, RecentConsensus } from './recent-consensus.ts';
import { heard, SteppedChain } from './testing.ts';

const { EFFECT_ALLOW, EFFECT_DENY } = greenfieldPermission.Effect;
const { OBJECT_STATUS_SEALED } = storage.ObjectStatus;
const MAX_LAG = 2;
const GET_OBJECT = greenfieldPermission.ActionType.ACTION_GET_OBJECT;

/** What can change: each has the height of its last change as its value. */
type Thing = 'bucket' | 'object' | 'group' | 'family' | 'right';
const THINGS: readonly Thing[] = ['bucket', 'object', 'group', 'family', 'right'];

const applied = <T>(type: MessageType<T>, value: Parameters<typeof type.create>[0]): AppliedEvent => ({
  type: type.name,
  value: type.create(value) as AnyMessage,
});

const EVENT_OF: Readonly<Record<Thing, AppliedEvent>> = {
  bucket: applied(storage.EventUpdateBucketInfo, { bucket_name: 'b', bucket_id: 1n }),
  object: applied(storage.EventUpdateObjectInfo, { bucket_name: 'b', object_name: 'x/y', object_id: 1n }),
  group: applied(virtualgroup.EventUpdateGlobalVirtualGroup, { id: 3 }),
  family: applied(virtualgroup.EventUpdateGlobalVirtualGroupFamily, { id: 4 }),
  right: applied(greenfieldPermission.EventPutPolicy, { policy_id: 1n }),
};

/** A chain, a block syncer that is as far behind as the test has it, and what decisions are made from. */
class World {
  readonly chain = new SteppedChain();
  readonly heights = new Heights();
  readonly picture: Picture;
  readonly consensus: RecentConsensus;
  readonly sources: AnswerSource[] = [];
  /** Whether the block syncer is in this process and says what it writes. */
  readonly #tells: boolean;
  readonly #head: ChainHead;
  /** Things that changed in the block, by its height. */
  readonly #changes = new Map<bigint, readonly Thing[]>();
  #synced = 1n;
  /** Set while metadata is slow: ends it. */
  #release: (() => void) | undefined;
  #released: Promise<void> = Promise.resolve();
  /** Metadata fails. */
  broken = false;

  constructor({ tells = true, waitMs = 0 }: { tells?: boolean; waitMs?: number } = {}) {
    this.#tells = tells;
    const blocksyncer = { heights: (signal: AbortSignal) => this.heights.follow(signal) };
    const client = { blocksyncer, metadata: this.#metadata() } as unknown as Modules;
    this.#head = new ChainHead({ chain: this.chain, logger: silentLogger });
    const dependencies = { client, head: this.#head, logger: silentLogger };
    this.picture = new Picture({ maxLagBlocks: MAX_LAG, waitMs }, dependencies);
    const chain = Object.assign(
      this.chain,
      this.#questions(() => this.chain.height),
    ) as unknown as Consensus;
    const onAnswer = (source: AnswerSource) => void this.sources.push(source);
    this.consensus = new RecentConsensus(chain, { ...dependencies, picture: this.picture, onAnswer });
  }

  /** What decisions are made from where the tables may be behind without anybody knowing. */
  without(): RecentConsensus {
    const onAnswer = (source: AnswerSource) => void this.sources.push(source);
    return new RecentConsensus(this.chain as unknown as Consensus, {
      ...{ head: this.#head, picture: undefined, onAnswer },
      client: {} as Modules,
    });
  }

  /** Listens, and is where the chain is. */
  async begin(): Promise<this> {
    this.heights.advance(1n);
    await this.consensus.bucket('b');
    await heard();
    await this.addBlock([]);
    await this.sync();
    this.sources.length = 0;
    return this;
  }

  async addBlock(changed: readonly Thing[]): Promise<void> {
    this.#changes.set(this.chain.height + 1n, changed);
    await this.chain.addBlock();
  }

  /** The next `blocks` that are there; without a number, all. */
  async sync(blocks = Number.POSITIVE_INFINITY): Promise<void> {
    for (let i = 0; i < blocks && this.#synced < this.chain.height; i++) {
      this.#synced++;
      const events = this.#changes.get(this.#synced)!.map((thing) => EVENT_OF[thing]);
      this.heights.advance(this.#synced);
      if (this.#tells) this.picture.tell({ height: this.#synced, events });
    }
    await heard();
  }

  slow(): void {
    this.#release ??= (() => {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#released = promise;
      return resolve;
    })();
  }

  fast(): void {
    this.#release?.();
    this.#release = undefined;
  }

  /** The value that is answered; whether it is from within the bound is what the property is about. */
  async ask(thing: Thing): Promise<bigint> {
    const { consensus } = this;
    if (thing === 'bucket') return (await consensus.bucket('b'))!.bucket_info.charged_read_quota;
    if (thing === 'object') return (await consensus.object('b', 'x/y'))!.object_info.payload_size;
    if (thing === 'group') return (await consensus.object('b', 'x/y'))!.global_virtual_group!.stored_size;
    if (thing === 'family') return BigInt((await consensus.family(4))!.primary_sp_id);
    return (await consensus.verifyPermission('0x1', 'b', 'x/y', GET_OBJECT)) ? 1n : 0n;
  }

  valueAt(thing: Thing, height: bigint): bigint {
    for (let at = height; at > 1n; at--)
      if (this.#changes.get(at)?.includes(thing)) return thing === 'right' ? at % 2n : at;
    return 1n;
  }

  async close(): Promise<void> {
    this.fast();
    this.heights.stop();
    await this.picture.close();
    this.#head.close();
  }

  /** As the chain answers at that height. */
  #questions(height: () => bigint) {
    const group = () => virtualgroup.GlobalVirtualGroup.create({ id: 3, stored_size: this.valueAt('group', height()) });
    const bucket_info = () =>
      storage.BucketInfo.create({ id: 1n, charged_read_quota: this.valueAt('bucket', height()) });
    const object_info = () =>
      storage.ObjectInfo.create({
        ...{ id: 1n, bucket_name: 'b', object_status: OBJECT_STATUS_SEALED, local_virtual_group_id: 2 },
        payload_size: this.valueAt('object', height()),
      });
    const family = () =>
      virtualgroup.GlobalVirtualGroupFamily.create({ id: 4, primary_sp_id: Number(this.valueAt('family', height())) });
    return {
      bucket: async (name: string) =>
        name === 'b' ? { bucket_info: bucket_info(), is_rate_limited: false } : undefined,
      object: async () => ({ object_info: object_info(), global_virtual_group: group() }),
      gvg: async () => group(),
      family: async () => family(),
      verifyPermission: async () => this.valueAt('right', height()) === 1n,
    };
  }

  #metadata() {
    const asked = this.#questions(() => this.#synced);
    /** Reads at once, answers when it may. */
    const slowly = async <T>(read: Promise<T>): Promise<T> => {
      if (this.broken) throw new Error('the tables are away');
      const row = await read;
      await this.#released;
      return row;
    };
    return {
      getBucketByName: (name: string) =>
        slowly(asked.bucket(name).then((found) => found && { ...found, off_chain_status: 0 })),
      getObjectMeta: () => slowly(asked.object()),
      getGvgOfLvg: () => slowly(asked.gvg()),
      getGvg: () => slowly(asked.gvg()),
      getFamily: () => slowly(asked.family()),
      verifyPermission: () => slowly(asked.verifyPermission().then((may) => (may ? EFFECT_ALLOW : EFFECT_DENY))),
    };
  }
}

it('answers from the tables while they are near the head, and from the chain otherwise', async (t) => {
  const world = await new World().begin();
  t.after(() => world.close());
  await world.ask('bucket');
  await world.ask('bucket');
  assert.deepEqual(world.sources.splice(0), ['local', 'remembered']);
  await world.addBlock([]);
  await world.addBlock([]);
  await world.ask('bucket');
  assert.deepEqual(world.sources.splice(0), ['remembered'], 'two blocks behind');
  await world.addBlock(['bucket']);
  assert.equal(await world.ask('bucket'), world.chain.height);
  await world.ask('bucket');
  assert.deepEqual(world.sources.splice(0), ['chain', 'remembered'], 'three blocks behind');
  await world.sync();
  assert.equal(await world.ask('bucket'), world.chain.height);
  assert.deepEqual(world.sources, ['local'], 'the syncer is back');
});

it('keeps what no event touches, over blocks', async (t) => {
  const world = await new World().begin();
  t.after(() => world.close());
  await world.ask('object');
  await world.ask('family');
  await world.addBlock(['bucket', 'right']);
  await world.sync();
  world.sources.length = 0;
  await world.ask('bucket');
  await world.ask('object');
  await world.ask('family');
  assert.deepEqual(world.sources, ['local', 'remembered', 'remembered']);
});

it('keeps nothing longer than a block when the events are not told', async (t) => {
  const world = await new World({ tells: false }).begin();
  t.after(() => world.close());
  await world.ask('family');
  await world.ask('family');
  await world.addBlock([]);
  await world.sync();
  await world.ask('family');
  assert.deepEqual(world.sources, ['local', 'remembered', 'local']);
});

it('asks the chain for what the tables do not have, or cannot say', async (t) => {
  const world = await new World().begin();
  t.after(() => world.close());
  assert.equal(await world.consensus.bucket('none'), undefined);
  world.broken = true;
  assert.equal(await world.ask('object'), world.valueAt('object', world.chain.height));
  assert.equal(await world.consensus.verifyPermission('0x1', 'b', 'x', GET_OBJECT), true);
  assert.deepEqual(world.sources, ['chain', 'chain', 'chain']);
});

it('sees a right that is taken within two blocks, and one that is given with the next', async (t) => {
  const world = await new World().begin();
  t.after(() => world.close());
  const may = () => world.consensus.verifyPermission('0x1', 'b', 'x/y', GET_OBJECT);
  // odd heights give the right, even ones take it
  while (world.chain.height % 2n === 0n) await world.addBlock([]);
  await world.sync();
  assert.equal(await may(), true);
  await world.addBlock(['right']);
  await world.addBlock([]);
  await world.addBlock([]);
  assert.equal(await may(), false, 'the syncer has not seen it, and is three blocks behind');
  await world.sync();
  assert.equal(await may(), false, 'the syncer has seen it');
  await world.addBlock(['right']);
  await world.sync();
  assert.equal(await may(), true);
});

it('waits for a block that was just heard, so that what a client has done is in the answer', async (t) => {
  const world = await new World({ waitMs: 60_000 }).begin();
  t.after(() => world.close());
  await world.ask('bucket');
  await world.addBlock(['bucket']);
  const asked = world.ask('bucket');
  await heard();
  await world.sync();
  assert.equal(await asked, world.chain.height);
  assert.deepEqual(world.sources, ['local', 'local']);
  for (let behind = 0; behind < 3; behind++) await world.addBlock([]);
  await world.ask('bucket');
  assert.equal(world.sources.at(-1), 'chain', 'too far behind to wait for');
});

it('waits no longer than the block syncer may take for a block', async (t) => {
  const world = await new World({ waitMs: 1 }).begin();
  t.after(() => world.close());
  const before = await world.ask('bucket');
  await world.addBlock(['bucket']);
  assert.equal(await world.ask('bucket'), before, 'one block behind is within the bound');
});

it('is the chain alone without a picture', async (t) => {
  const world = await new World().begin();
  t.after(() => world.close());
  const consensus = world.without();
  assert.equal((await consensus.object('b', 'x/y'))?.object_info.payload_size, 1n);
  assert.deepEqual(world.sources, ['chain']);
});

it('property: no answer is older than the bound, whatever happens while it is asked for', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('block' as const), changed: fc.subarray([...THINGS]) }),
    fc.record({ do: fc.constant('sync' as const), blocks: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ do: fc.constant('ask' as const), thing: fc.constantFrom(...THINGS) }),
    fc.record({ do: fc.constantFrom('slow' as const, 'fast' as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.array(step, { minLength: 5, maxLength: 40 }), async (tells, steps) => {
      const world = await new World({ tells }).begin();
      const asked: Promise<void>[] = [];
      for (const one of steps) {
        if (one.do === 'block') await world.addBlock(one.changed);
        else if (one.do === 'sync') await world.sync(one.blocks);
        else if (one.do === 'ask') asked.push(expectRecent(world, one.thing));
        else world[one.do]();
        await heard();
      }
      world.fast();
      await Promise.all(asked);
      await world.close();
    }),
    { numRuns: 300 },
  );
});

/** The answer is what was true at a height from the bound on; of objects, of the latest block when it was asked. */
async function expectRecent(world: World, thing: Thing): Promise<void> {
  const isContent = thing === 'object' || thing === 'group';
  const oldest = world.chain.height - BigInt(isContent ? 0 : MAX_LAG);
  const value = await world.ask(thing);
  const heights = Array.from({ length: Number(world.chain.height - oldest) + 1 }, (_, i) => oldest + BigInt(i));
  const valid = heights.map((height) => world.valueAt(thing, height < 1n ? 1n : height));
  assert.ok(valid.includes(value), `${thing}: ${value}, of heights from ${oldest}: ${valid.join()}`);
}
