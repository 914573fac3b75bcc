/** Whatever is deleted when, and whatever ends in between: no block is skipped, and none is looked at too early. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ObjectRanges } from './object-ranges.ts';
import { GcBench } from './testing.ts';

const options = { objectBlocks: 5n, objectSafeBlocks: 10n };

const step = fc.oneof(
  fc.record({ do: fc.constant('blocks' as const), count: fc.integer({ min: 1, max: 15 }) }),
  fc.record({ do: fc.constant('delete' as const) }),
  fc.record({ do: fc.constant('round' as const) }),
  /** An executor goes on for so many blocks and reports; then it ends its task, or is never heard of again. */
  fc.record({ do: fc.constant('work' as const), blocks: fc.integer({ min: 0, max: 8 }), ends: fc.boolean() }),
  fc.record({ do: fc.constant('restart' as const) }),
);

class Run {
  readonly bench: GcBench;
  ranges: ObjectRanges;
  readonly collected = new Set<bigint>();

  constructor(bench: GcBench) {
    this.bench = bench;
    this.ranges = new ObjectRanges(options, bench);
  }

  async restart(): Promise<void> {
    await this.bench.restart();
    this.ranges = new ObjectRanges(options, this.bench);
    await this.ranges.resume();
  }

  /** false when there is nothing to do. */
  async work(blocks: number, ends: boolean): Promise<boolean> {
    const task = await this.bench.take('gc-object');
    if (!task) return false;
    const { current_block_number: from, end_block_number: end, last_deleted_object_id: done } = task.value;
    const to = ends || from + BigInt(blocks) > end ? end : from + BigInt(blocks);
    let last = { block: from, id: done };
    for (const [id, height] of this.bench.deleted) {
      if (height < from || height > to || (height === from && id <= done)) continue;
      assert.ok(height <= this.bench.height - options.objectSafeBlocks, `${id} of block ${height} is too new`);
      this.collected.add(id);
      last = { block: height, id };
    }
    const at = to === end ? { block: end + 1n, id: last.id } : last;
    const value = { ...task.value, current_block_number: at.block, last_deleted_object_id: at.id };
    await this.ranges.reported({ ...task, value });
    return true;
  }

  async settle(): Promise<void> {
    this.bench.height += 100n;
    await this.restart();
    for (let isDone = false; !isDone; ) {
      await this.ranges.round();
      isDone = !(await this.work(0, true));
    }
  }
}

test('every deletion is collected once its block is old enough, across restarts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const bench = await GcBench.open();
      const run = new Run(bench);
      try {
        for (const one of steps) {
          if (one.do === 'blocks') bench.height += BigInt(one.count);
          else if (one.do === 'delete') bench.deleted.set(BigInt(bench.deleted.size + 1), bench.height);
          else if (one.do === 'round') await run.ranges.round();
          else if (one.do === 'work') await run.work(one.blocks, one.ends);
          else await run.restart();
        }
        await run.settle();
        assert.deepEqual([...run.collected].sort(), [...bench.deleted.keys()].sort());
        const rows = await bench.spdb.listGcProgress(100);
        assert.ok(rows.length <= 1, `${rows.length} rows are left`);
      } finally {
        await bench.close();
      }
    }),
    { numRuns: 200 },
  );
});
