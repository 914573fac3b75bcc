import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { NoSuchKeyError, type PieceStore } from '@prairie/gfsp';
import fc from 'fast-check';
import { CachedPieceStore } from './cached-store.ts';
import { MemoryPieceStore } from './memory-store.ts';
import { describePieceStore } from './testing/contract.ts';

describePieceStore(
  'memory, with a cache',
  async () => new CachedPieceStore({ maxBytes: 1 << 20 }, new MemoryPieceStore()),
);

function counting(maxBytes: number) {
  const reads: boolean[] = [];
  const inner = new MemoryPieceStore();
  return { reads, inner, store: new CachedPieceStore({ maxBytes }, inner, { onRead: (hit) => reads.push(hit) }) };
}

const collect = (() => {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
})();

describe('the cache', () => {
  test('takes no more memory for small pieces than its limit', async () => {
    const maxBytes = 4 << 20;
    const inner = Object.assign(new MemoryPieceStore(), { get: async () => Buffer.alloc(100, 1) });
    const store = new CachedPieceStore({ maxBytes }, inner);
    const used = () => {
      collect();
      const { arrayBuffers, heapUsed } = process.memoryUsage();
      return arrayBuffers + heapUsed;
    };
    const before = used();
    for (let i = 0; i < 45_000; i++) {
      await store.get(`s${i}_s0`);
      Buffer.from('x'.repeat(3000)); // the process makes other small buffers too
    }
    const taken = used() - before;
    assert.ok(taken < 1.5 * maxBytes, `${taken} bytes`);
    assert.ok(store.bytes <= maxBytes);
  });

  test('gives what was read before, and parts of it', async () => {
    const { reads, store } = counting(4096);
    await store.put('a', Buffer.from('0123456789'));
    assert.equal((await store.get('a', 2, 3)).toString(), '234');
    assert.equal((await store.get('a')).toString(), '0123456789');
    const got = await store.get('a');
    got.fill(0);
    assert.equal((await store.get('a', 8, 100)).toString(), '89');
    assert.equal((await store.get('a', 20)).length, 0);
    assert.deepEqual(reads, [false, false, true, true, true]);
  });

  test('drops the least recently used, by bytes', async () => {
    const { reads, inner, store } = counting(4096);
    for (const key of ['a', 'b', 'c', 'd', 'e']) await inner.put(key, Buffer.alloc(512));
    for (const key of ['a', 'b', 'c', 'd', 'a', 'e']) await store.get(key);
    assert.equal(store.bytes, 4096, 'each with 512 bytes beside its own');
    reads.length = 0;
    for (const key of ['a', 'c', 'd', 'e', 'b']) await store.get(key);
    assert.deepEqual(reads, [true, true, true, true, false]);
    await inner.put('large', Buffer.alloc(513));
    await store.get('large');
    await store.get('large');
    assert.deepEqual(reads.slice(-2), [false, false], 'one piece does not drive out all others');
  });

  test('is passed by whoever looks for damage, and sees what they write', async () => {
    const { inner, store } = counting(4096);
    await store.put('a', Buffer.from('as put'));
    await store.get('a');
    await inner.put('a', Buffer.from('damaged'));
    assert.equal((await store.get('a')).toString(), 'as put');
    assert.equal((await store.behind.get('a')).toString(), 'damaged');
    await store.behind.put('a', Buffer.from('repaired'));
    assert.equal((await store.get('a')).toString(), 'repaired');
    await store.behind.delete('a');
    await assert.rejects(store.get('a'), NoSuchKeyError);
  });

  test('is empty when it is closed', async () => {
    const { store } = counting(4096);
    await store.put('a', Buffer.from('x'));
    await store.get('a');
    await store.close();
    assert.equal(store.bytes, 0);
    await assert.rejects(store.get('a'), /closed/);
  });
});

/** Every call takes some turns of the event loop before it does something, and some after. */
class SlowStore extends MemoryPieceStore {
  readonly #turns: () => number;

  constructor(turns: () => number) {
    super();
    this.#turns = turns;
  }

  override get(key: string): Promise<Buffer> {
    return this.#slowly(() => super.get(key));
  }

  override put(key: string, data: Uint8Array): Promise<void> {
    return this.#slowly(() => super.put(key, data));
  }

  override delete(key: string): Promise<void> {
    return this.#slowly(() => super.delete(key));
  }

  override deleteByPrefix(prefix: string): Promise<number> {
    return this.#slowly(() => super.deleteByPrefix(prefix));
  }

  async #slowly<T>(work: () => Promise<T>): Promise<T> {
    for (let turn = this.#turns(); turn > 0; turn--) await nextTurn();
    const result = await work();
    for (let turn = this.#turns(); turn > 0; turn--) await nextTurn();
    return result;
  }
}

const KEYS = ['s1_s0', 's1_s1', 's2_s0'];
type Step = { call: 'get' | 'put' | 'delete' | 'clear'; key: number; pause: number };

/**
 * Writes of a key are numbered as they begin, and no two of one key run at a time: so what a read may give is what the
 * last write left that ended before the read began, or any later one.
 */
class Watched {
  readonly #store: PieceStore;
  #number = 0;
  /** By key: its writes so far, and the one that ended last. A write of nothing is a deletion. */
  readonly #written = new Map(KEYS.map((key) => [key, { numbers: [0], ended: 0, isPut: new Set<number>() }]));
  #writes: Promise<unknown> = Promise.resolve();

  constructor(store: PieceStore) {
    this.#store = store;
  }

  async get(key: string): Promise<void> {
    const state = this.#written.get(key)!;
    const least = state.ended;
    const found: number | 'nothing' = await this.#store.get(key).then(
      (piece) => piece.readUInt32BE(0),
      (error: unknown) => {
        if (error instanceof NoSuchKeyError) return 'nothing' as const;
        throw error;
      },
    );
    if (found === 'nothing') {
      const later = state.numbers.filter((number) => number >= least);
      assert.ok(
        later.some((number) => !state.isPut.has(number)),
        `${key} is missing though it was put in ${least}`,
      );
    } else {
      assert.ok(found >= least, `${key} is of write ${found}, write ${least} had ended`);
      assert.ok(state.isPut.has(found));
    }
  }

  /** One after the other; reads run beside. */
  write(keys: readonly string[], isPut: boolean, work: (number: number) => Promise<unknown>): Promise<void> {
    const done = this.#writes.then(async () => {
      const number = ++this.#number;
      for (const key of keys) {
        const state = this.#written.get(key)!;
        state.numbers.push(number);
        if (isPut) state.isPut.add(number);
      }
      await work(number);
      for (const key of keys) this.#written.get(key)!.ended = number;
    });
    this.#writes = done;
    return done;
  }
}

async function run(steps: readonly Step[], turns: () => number): Promise<void> {
  const store = new CachedPieceStore({ maxBytes: 4096 }, new SlowStore(turns));
  const watched = new Watched(store);
  const running: Promise<void>[] = [];
  for (const { call, key: index, pause } of steps) {
    const key = KEYS[index]!;
    if (call === 'get') running.push(watched.get(key));
    if (call === 'delete') running.push(watched.write([key], false, () => store.delete(key)));
    if (call === 'clear') {
      running.push(watched.write(['s1_s0', 's1_s1'], false, () => store.deleteByPrefix('s1_')));
    }
    if (call === 'put') {
      const piece = (number: number) => Buffer.from(new Uint32Array([number, 0]).buffer).swap32();
      running.push(watched.write([key], true, (number) => store.put(key, piece(number))));
    }
    for (let turn = 0; turn < pause; turn++) await nextTurn();
  }
  await Promise.all(running);
  for (const key of KEYS) await Promise.all([watched.get(key), watched.get(key)]);
}

test('a read never gives what a write that had ended replaced or deleted, whatever overlaps', async () => {
  const step = fc.record({
    call: fc.constantFrom<Step['call']>('get', 'get', 'get', 'put', 'delete', 'clear'),
    key: fc.integer({ min: 0, max: KEYS.length - 1 }),
    pause: fc.integer({ min: 0, max: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.infiniteStream(fc.integer({ min: 0, max: 3 })),
      (steps, turns) => run(steps, () => turns.next().value),
    ),
    { numRuns: 300 },
  );
});
