import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Budget } from '@prairie/gfsp';
import { PieceMemory } from '../common/piece-memory.ts';
import { rejectsWith, until } from '../testing/network.ts';
import { UploadMemory } from './memory.ts';
import { SegmentReader } from './segments.ts';

const SEGMENT = 1 << 20;
/** A segment and its shards. */
const ROOM = 1.5 * SEGMENT;
const { signal } = new AbortController();

/** Memory for ten segments. */
function tenSegments(options: { waitMs?: number } = {}): { pieces: PieceMemory; memory: UploadMemory } {
  const pieces = new PieceMemory(10.5 * ROOM);
  return { pieces, memory: new UploadMemory(pieces, { lookMs: 5, graceMs: 20, ...options }) };
}

async function read(memory: UploadMemory, payload: AsyncIterable<Uint8Array>, size: number, gone?: AbortSignal) {
  const options = {
    ...{ payloadSize: BigInt(size), segmentSize: BigInt(SEGMENT), idleTimeoutMs: 60_000 },
    parityBytes: (length: number) => length / 2,
  };
  const reader = new SegmentReader(payload, options, { memory, own: new Budget(80 << 20), signal, gone });
  try {
    for await (const segment of reader.segments()) segment.release();
    return reader.received;
  } finally {
    reader.close();
  }
}

async function* payload(size: number): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(size);
}

/** Some bytes now and then, until it is told to end. */
class Drip {
  readonly #rest = Promise.withResolvers<void>();
  readonly #bytes: number;

  constructor(bytes = 1) {
    this.#bytes = bytes;
  }

  end(): void {
    this.#rest.resolve();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(this.#bytes);
    await this.#rest.promise;
    yield new Uint8Array(SEGMENT - this.#bytes);
  }
}

test('clients that drip do not keep the memory from others: half of it is left to them, the slowest go', async () => {
  const { pieces, memory } = tenSegments();
  const drips = Array.from({ length: 10 }, (_, i) => new Drip(1 + i));
  const ends = drips.map((drip) => read(memory, drip, SEGMENT).catch((error: unknown) => error));
  await until(() => pieces.free < ROOM, 'all to have their memory');
  assert.equal(await read(memory, payload(1024), 1024), 1024n);
  const large = await Promise.all(Array.from({ length: 12 }, () => read(memory, payload(4 * SEGMENT), 4 * SEGMENT)));
  assert.deepEqual(new Set(large), new Set([BigInt(4 * SEGMENT)]));
  for (const drip of drips) drip.end();
  const outcomes = await Promise.all(ends);
  const kept = outcomes.flatMap((outcome, i) => (outcome === BigInt(SEGMENT) ? [i] : []));
  // whoever went was slower than all who stayed, and was told to come again
  assert.ok(kept.length >= 5 && kept.length < 10, `${kept} stayed`);
  assert.deepEqual(
    kept,
    Array.from({ length: kept.length }, (_, i) => 10 - kept.length + i),
  );
  for (const outcome of outcomes.slice(0, 10 - kept.length)) await rejectsWith(Promise.reject(outcome), 991102);
  assert.equal(pieces.free, pieces.capacity);
});

test('as long as nobody waits, a slow client has all the time it wants', async () => {
  const { pieces, memory } = tenSegments();
  const drips = Array.from({ length: 10 }, () => new Drip());
  const ends = drips.map((drip) => read(memory, drip, SEGMENT));
  await until(() => pieces.free < ROOM, 'all to have their memory');
  await new Promise((resolve) => setTimeout(resolve, 60));
  for (const drip of drips) drip.end();
  assert.deepEqual(await Promise.all(ends), Array(10).fill(BigInt(SEGMENT)));
});

test('who waits for memory too long is told to come again', async () => {
  const { pieces, memory } = tenSegments({ waitMs: 10 });
  const all = await pieces.take([pieces.capacity], signal);
  await rejectsWith(read(memory, payload(1024), 1024), 991102);
  all.release();
  assert.equal(await read(memory, payload(1024), 1024), 1024n);
});

test('who leaves while he waits for memory is in nobody’s way', async () => {
  const { pieces, memory } = tenSegments();
  const all = await pieces.take([pieces.capacity], signal);
  const gone = new AbortController();
  const waiting = read(memory, payload(SEGMENT), SEGMENT, gone.signal);
  gone.abort(new Error('the client went away'));
  await rejectsWith(waiting, 110005);
  all.release();
  assert.equal(pieces.free, pieces.capacity);
});
