import assert from 'node:assert/strict';
import { it } from 'node:test';
import { GfSpError, type RecoveredObject, type RecoverProcess } from '@prairie/gfsp';
import fc from 'fast-check';
import { connectAll, plain, startServer } from '../testing/server.ts';

const count = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const id = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const text = fc.string({ maxLength: 20 });
const index = fc.integer({ min: -1, max: 5 });

const recovered: fc.Arbitrary<RecoveredObject> = fc.record({
  ...{ position: text, bucket_name: text, object_name: text, object_id: id, error: text },
  ...{ pieces: count, good: count, repaired: count, failed: count },
});
const failed = fc.record({ object_id: id, virtual_group_id: count, redundancy_index: index, retry_time: index });
const process: fc.Arbitrary<RecoverProcess> = fc.record({
  ...{ virtual_group_id: count, virtual_group_family_id: count, redundancy_index: index, start_after: id, limit: id },
  ...{ status: index, object_count: id, failed_object_total_count: id },
  recover_failed_object: fc.array(failed, { maxLength: 3 }),
});
const request = {
  ...{ objects: ['photos/a', 'photos/b/c'], bucket: '', gvg_id: 0, family_id: 0 },
  ...{ segment: -1, verify: true, after: '3/17' },
};

it('requests, objects and progress cross processes unchanged; a refusal keeps its code', async (t) => {
  let [objects, processes]: [RecoveredObject[], RecoverProcess[]] = [[], []];
  const asked: unknown[] = [];
  const refusal = { code_space: 'manager', http_status_code: 406, inner_code: 60002, description: 'it runs already' };
  const server = await startServer(t, {
    manager: {
      async *recoverPieces(given) {
        asked.push(given);
        yield* objects;
      },
      resetRecoveryFailedList: async () => ['a', 'b'],
      queryRecoverProcess: async (familyId, gvgId) => ({ recover_processes: processes, executing: familyId > gvgId }),
      triggerRecoverForSuccessorSP: async (...given) => {
        asked.push(given);
        throw new GfSpError(refusal);
      },
    },
  });
  const { manager } = connectAll(t, [server.address]);
  await fc.assert(
    fc.asyncProperty(
      fc.array(recovered, { maxLength: 4 }),
      fc.array(process, { maxLength: 3 }),
      async (told, known) => {
        [objects, processes] = [told, known];
        const got: RecoveredObject[] = [];
        for await (const one of manager.recoverPieces(request, new AbortController().signal)) got.push(one);
        assert.deepEqual(plain(got), plain(told));
        assert.deepEqual(asked.at(-1), request);
        const answer = { recover_processes: known, executing: true };
        assert.deepEqual(plain(await manager.queryRecoverProcess(2, 1)), plain(answer));
      },
    ),
    { numRuns: 25 },
  );
  assert.deepEqual(await manager.resetRecoveryFailedList(), ['a', 'b']);
  await assert.rejects(manager.triggerRecoverForSuccessorSP(0, 7, -1), {
    innerCode: 60002,
    message: 'it runs already',
  });
  assert.deepEqual(asked.at(-1), [0, 7, -1]);
});
