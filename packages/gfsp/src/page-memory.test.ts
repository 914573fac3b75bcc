import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { PageMemory } from './page-memory.ts';

const MiB = 1 << 20;

describe('page memory', () => {
  it('is used again once it was given back', () => {
    const memory = new PageMemory();
    const first = memory.take(16 * MiB);
    memory.give(first);
    const second = memory.take(16 * MiB - 5);
    assert.equal(second.buffer, first.buffer);
    assert.equal(second.length, 16 * MiB - 5);
  });

  it('is never in two hands, and not kept beyond its bound', () => {
    const steps = fc.array(fc.record({ take: fc.boolean(), size: fc.integer({ min: 1, max: 4 * MiB }) }));
    fc.assert(
      fc.property(steps, (all) => {
        const memory = new PageMemory(4 * MiB);
        const taken: Uint8Array<SharedArrayBuffer>[] = [];
        for (const { take, size } of all) {
          if (take) taken.push(memory.take(size));
          else if (taken.length > 0) memory.give(taken.splice(size % taken.length, 1)[0]!);
        }
        assert.equal(new Set(taken.map(({ buffer }) => buffer)).size, taken.length);
      }),
    );
    const memory = new PageMemory(MiB);
    const large = memory.take(2 * MiB);
    memory.give(large);
    assert.notEqual(memory.take(2 * MiB).buffer, large.buffer);
    const small = memory.take(MiB);
    memory.give(small);
    memory.give(memory.take(2 * MiB));
    assert.equal(memory.take(MiB).buffer, small.buffer, 'what is too large drives nothing out');
  });

  it('makes room for the sizes that are wanted now', () => {
    const memory = new PageMemory(8 * MiB);
    const burst = [1, 2, 3, 4].map(() => memory.take(2 * MiB));
    for (const each of burst) memory.give(each);
    const used = new Set<ArrayBufferLike>();
    for (let turn = 0; turn < 1000; turn++) {
      const taken = [memory.take(MiB), memory.take(3 * MiB)];
      for (const each of taken) {
        used.add(each.buffer);
        memory.give(each);
      }
    }
    assert.equal(used.size, 2);
  });

  it('goes back to the system when nobody has wanted it for a while', async () => {
    const memory = new PageMemory(4 * MiB, 10);
    const buffer = (() => {
      const taken = memory.take(MiB);
      memory.give(taken);
      return new WeakRef(taken.buffer);
    })();
    for (const end = Date.now() + 20_000; buffer.deref() && Date.now() < end; ) await sleep(100);
    assert.equal(buffer.deref(), undefined);
  });
});
