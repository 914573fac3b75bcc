import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { PieceMemory } from './piece-memory.ts';

const KIB = 1 << 10;
const never = new AbortController().signal;

const { Memory } = WebAssembly;

/** The address space of the process is full: the memory after `after` more is refused. */
function refuseMemory(t: TestContext, after: number): void {
  let left = after;
  WebAssembly.Memory = class extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      if (left-- === 0) throw new RangeError('could not allocate memory');
      super(descriptor);
    }
  };
  t.after(() => {
    WebAssembly.Memory = Memory;
  });
}

test('what cannot be had of the system is given back to all', async (t) => {
  const memory = new PieceMemory(4 << 20);
  refuseMemory(t, 1);
  await assert.rejects(memory.take([1 << 20, 512 * KIB], never), /could not allocate/);
  assert.equal(memory.free, memory.capacity);
  const held = await memory.take([1 << 20, 512 * KIB], never);
  held.release();
  refuseMemory(t, 0);
  assert.throws(() => memory.tryTake(2 << 20), /could not allocate/);
  assert.equal(memory.free, memory.capacity);
});

test('what was had before another part was refused is used again', async (t) => {
  const memory = new PieceMemory(4 << 20);
  refuseMemory(t, 1);
  await assert.rejects(memory.take([1 << 20, 512 * KIB], never), /could not allocate/);
  refuseMemory(t, 1);
  for (let i = 0; i < 3; i++) (await memory.take([1 << 20, 512 * KIB], never)).release();
});

test('small pieces take none of the memories of which a process can have only so many', async (t) => {
  const memory = new PieceMemory();
  refuseMemory(t, 0);
  const held = await memory.take([64 * KIB, 32 * KIB], never);
  assert.deepEqual(
    held.parts.map(({ length }) => length),
    [64 * KIB, 32 * KIB],
  );
  held.release();
  assert.equal(memory.free, memory.capacity);
});
