import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { greenfieldStorage as storage } from '@prairie/chain';
import { RECOVERY_MSG_HEADER } from '@prairie/client';
import { newTask, nowSeconds, RecoverPieceTask } from '@prairie/gfsp';
import { type Facts, headerOf, object, params, segments, setUp, shards, signedHeader } from './testing.ts';

const PATH = '/greenfield/recovery/v1/get-piece';

const taskOf = (fields: Partial<RecoverPieceTask>) =>
  RecoverPieceTask.create({
    ...{ task: newTask(), object_info: object, storage_params: params, piece_size: 1024n },
    ...fields,
  });

async function provider(t: TestContext, facts?: Facts) {
  const { gateway, pieceStore, spdb } = await setUp(t, facts);
  const send = (header: string) => gateway.send({ path: PATH, headers: { [RECOVERY_MSG_HEADER]: header } });
  const ask = (from: number, fields: Partial<RecoverPieceTask>) =>
    send(signedHeader(RecoverPieceTask, taskOf(fields), from));
  return { send, ask, pieceStore, spdb };
}

it('the primary makes every piece of every segment for the secondary that has it, and charges nothing', async (t) => {
  const { ask, spdb } = await provider(t);
  for (const [segment_idx] of segments.entries()) {
    for (let ec_idx = 0; ec_idx < 6; ec_idx++) {
      const { status, body, headers } = await ask(ec_idx + 2, { segment_idx, ec_idx });
      assert.equal(status, 200);
      assert.deepEqual(body, Buffer.from(shards[segment_idx]![ec_idx]!));
      assert.equal(headers['content-type'], 'application/octet-stream');
    }
  }
  assert.equal(await spdb.countBucketTraffic(new Date().toISOString().slice(0, 7)), 0);
});

it('the primary gives a piece to its secondary, or to who takes over that place, and to nobody else', async (t) => {
  const { ask } = await provider(t, { swaps: { '0/4': { successor_sp_id: 8, target_sp_id: 3 } } });
  const answers = [
    [3, { ec_idx: 1 }, 0],
    [3, { ec_idx: 2 }, 50030],
    [8, { ec_idx: 1 }, 50030],
    [8, { ec_idx: 1, by_successor_sp: true }, 0],
    [8, { ec_idx: 2, by_successor_sp: true }, 50030],
    [9, { ec_idx: 1 }, 50030],
  ] as const;
  for (const [from, fields, code] of answers) assert.equal((await ask(from, fields)).code, code);
});

it('a secondary gives its own piece, whichever is recovered', async (t) => {
  const { ask } = await provider(t, { primary: 2, secondaries: [3, 4, 1, 5, 6, 7] });
  for (const [from, ec_idx] of [
    [2, -1],
    [3, 0],
    [5, 3],
  ] as const) {
    const { status, body } = await ask(from, { ec_idx, segment_idx: 1 });
    assert.equal(status, 200);
    assert.deepEqual(body, Buffer.from(shards[1]![2]!));
  }
  for (const [from, ec_idx] of [
    [3, 1],
    [3, -1],
    [8, -1],
  ] as const) {
    assert.equal((await ask(from, { ec_idx })).code, 50030);
  }
  const outside = await provider(t, { primary: 2, secondaries: [3, 4, 5, 6, 7, 8] });
  assert.equal((await outside.ask(2, { ec_idx: -1 })).code, 50030);
});

it('a secondary gives its piece to who takes over the family, or a place in the group', async (t) => {
  const secondaries = [3, 4, 1, 5, 6, 7];
  const family = await provider(t, {
    ...{ primary: 2, secondaries },
    swaps: { '3/0': { successor_sp_id: 8, target_sp_id: 2 } },
  });
  assert.equal((await family.ask(8, { ec_idx: -1, by_successor_sp: true })).status, 200);
  assert.equal((await family.ask(8, { ec_idx: -1 })).code, 50030);
  const place = await provider(t, {
    ...{ primary: 2, secondaries },
    swaps: { '0/4': { successor_sp_id: 8, target_sp_id: 3 } },
  });
  assert.equal((await place.ask(8, { ec_idx: 0, by_successor_sp: true })).status, 200);
  assert.equal((await place.ask(6, { ec_idx: 0, by_successor_sp: true })).code, 50030);
});

it('refusals, in the order of the checks', async (t) => {
  const { send, ask, pieceStore } = await provider(t);
  assert.equal((await send('')).code, 50005);
  assert.equal((await send('7g')).code, 50005);
  assert.equal((await send(Buffer.from('[]').toString('hex'))).code, 50005);
  const unsigned = taskOf({ signature: Buffer.alloc(65, 27) });
  assert.equal((await send(headerOf(RecoverPieceTask, unsigned))).code, 50015);
  const old = newTask({ update_time: nowSeconds() - 1001n });
  assert.equal((await ask(3, { task: old })).code, 50038);
  const { REDUNDANCY_REPLICA_TYPE } = storage.RedundancyType;
  const objects = [
    [undefined, 50009],
    [{ ...object, redundancy_type: REDUNDANCY_REPLICA_TYPE }, 50031],
    [{ ...object, object_name: 'gone' }, 50009],
    [{ ...object, id: 8n }, 50009],
  ] as const;
  for (const [object_info, code] of objects) assert.equal((await ask(3, { object_info } as never)).code, code);
  for (const ec_idx of [-2, 6, 2 ** 31 - 1]) {
    const { status, code } = await ask(3, { ec_idx });
    assert.deepEqual([status, code], [406, 45209]);
  }
  assert.equal((await ask(3, { ec_idx: 1, segment_idx: 2 })).code, 50009);
  await pieceStore.delete('s7_s0_v2');
  const lost = await ask(3, { ec_idx: 1 });
  assert.deepEqual([lost.status, lost.code], [404, 85102]);
  const open = await provider(t, { object: { object_status: storage.ObjectStatus.OBJECT_STATUS_CREATED } });
  assert.equal((await open.ask(3, { ec_idx: 1 })).code, 50043);
});
