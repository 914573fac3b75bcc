import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Bandwidth } from './bandwidth.ts';

async function* chunks(count: number, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < count; i++) yield Buffer.alloc(size, i);
}

async function read(bytes: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0;
  for await (const chunk of bytes) size += chunk.length;
  return size;
}

it('passes all bytes on, and those of an address wait for one another', async () => {
  const bandwidth = new Bandwidth({ bytesPerSecond: 100_000, burst: 10_000 });
  const { signal } = new AbortController();
  const began = performance.now();
  const sizes = await Promise.all(
    ['a', 'a', 'b'].map((address) => read(bandwidth.limit(chunks(4, 5000), address, signal))),
  );
  assert.deepEqual(sizes, [20_000, 20_000, 20_000]);
  // 40,000 bytes of `a`, of which 10,000 went at once: the clock of the bucket says no less
  assert.ok(performance.now() - began >= 290);
});

it('a wait ends when the client goes away', async () => {
  const bandwidth = new Bandwidth({ bytesPerSecond: 1, burst: 1 });
  const gone = new AbortController();
  const reading = read(bandwidth.limit(chunks(1, 1_000_000), 'a', gone.signal));
  gone.abort(new Error('away'));
  await assert.rejects(reading);
});
