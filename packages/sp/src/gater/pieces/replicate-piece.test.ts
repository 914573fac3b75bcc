import assert from 'node:assert/strict';
import { request } from 'node:http';
import { describe, it } from 'node:test';
import { greenfieldStorage as storage } from '@prairie/chain';
import { RECEIVE_MSG_HEADER, REPLICATE_PIECE_PATH } from '@prairie/client';
import { newTask, nowSeconds } from '@prairie/gfsp';
import { type Facts, headerOf, paramsWith, piece, saying, sealed, secondary } from './secondary-testing.ts';

const { OBJECT_STATUS_SEALED, OBJECT_STATUS_DISCONTINUED } = storage.ObjectStatus;

it('takes a piece, and signs when all are there', async (t) => {
  const { send, received, asked } = await secondary(t);
  const taken = await send(headerOf());
  assert.deepEqual([taken.status, taken.body.length, received], [200, 0, ['piece']]);
  const done = await send(headerOf({ finished: true }), Buffer.alloc(0));
  assert.deepEqual([done.status, done.headers['x-gnfd-integrity-hash']], [200, '']);
  assert.equal(done.headers['x-gnfd-integrity-hash-signature'], '09'.repeat(96));
  assert.deepEqual(asked, ['object'], 'one question for all pieces of an object');
});

it('does not wait for a sender that stops in the middle of a piece', async (t) => {
  const { port, received } = await secondary(t);
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const headers = { [RECEIVE_MSG_HEADER]: headerOf(), 'content-length': piece.length, connection: 'keep-alive' };
  const sender = request({ method: 'PUT', host: '127.0.0.1', port, path: REPLICATE_PIECE_PATH, headers, agent: false });
  sender.write(piece.subarray(0, 2));
  let status = 0;
  let body = '';
  sender.on('response', (answer) => {
    status = answer.statusCode!;
    answer.on('data', (chunk) => {
      body += chunk;
    });
  });
  while (!body.includes('</Code>')) {
    // time for the answer, before other clocks end the connection
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    t.mock.timers.tick(20_000);
  }
  sender.destroy();
  assert.equal(status, 400);
  assert.match(body, /<Code>50013<.*did not come in 60000 ms/s);
  assert.deepEqual(received, []);
});

describe('checks', () => {
  const old = { task: newTask({ update_time: nowSeconds() - 1001n }) };
  const rows: [string, string, Partial<Facts>, number, number][] = [
    ['no header', '', {}, 400, 50005],
    ['no hex', 'xyz', {}, 400, 50005],
    ['no JSON', '7b', {}, 400, 50005],
    ['a task without object', headerOf({ object_info: undefined }), {}, 400, 50005],
    ['a task too old', headerOf(old), { objects: [undefined] }, 400, 50038],
    ['no object', headerOf(), { objects: [undefined], groupExists: false }, 404, 50025],
    ['a sealed object', headerOf(), { objects: [{ object_status: OBJECT_STATUS_SEALED }] }, 400, 50042],
    ['a discontinued object', headerOf(), { objects: [{ object_status: OBJECT_STATUS_DISCONTINUED }] }, 400, 50042],
    ['a migration of what is not sealed', headerOf({ bucket_migration: true }), {}, 400, 50043],
    [
      'a migration of a bucket that stays',
      headerOf({ bucket_migration: true }),
      { objects: [sealed], migrating: [false] },
      401,
      50004,
    ],
    ['no group', headerOf(), { groupExists: false }, 500, 55001],
    ['another sender', headerOf({}, Buffer.alloc(32, 8)), { secondaries: [] }, 406, 50041],
    ['another secondary', headerOf(), { secondaries: [3, 1] }, 406, 50039],
    ['a negative index', headerOf({ redundancy_idx: -1 }), {}, 406, 50039],
    ['an index beyond the checksums', headerOf({ redundancy_idx: 6 }), { secondaries: Array(7).fill(1) }, 400, 50009],
    ['a piece shorter than it is', headerOf({ piece_size: 4n }), {}, 400, 50009],
    ['a size that no piece has', headerOf({ piece_size: 1n << 40n }), {}, 400, 50009],
    ['a segment that the object has not', headerOf({ segment_idx: 1 }), {}, 400, 50009],
    ['a segment far beyond', headerOf({ segment_idx: 2 ** 32 - 1 }), {}, 400, 50009],
    ['segments of another size', headerOf({ storage_params: paramsWith({ max_segment_size: 8n }) }), {}, 400, 50009],
    ['more data pieces', headerOf({ storage_params: paramsWith({ redundant_data_chunk_num: 5 }) }), {}, 400, 50009],
    ['another size', headerOf(saying({ payload_size: 21n })), {}, 400, 50009],
    ['another bucket', headerOf(saying({ bucket_name: 'films' })), {}, 400, 50009],
    ['another object', headerOf(saying({ object_name: 'b' })), {}, 400, 50009],
    ['another version', headerOf(saying({ version: 1n })), {}, 400, 50009],
    ['whole segments', headerOf(saying({ redundancy_type: 1 }, { piece_size: 20n })), {}, 400, 50009],
    ['other checksums', headerOf(saying({ checksums: Array(7).fill(Buffer.alloc(32, 1)) })), {}, 400, 50009],
    ['fewer checksums', headerOf(saying({ checksums: [] }, { is_agent_upload_task: true })), {}, 400, 50009],
    ['the sealed content for an update', headerOf(), { objects: [{ ...sealed, is_updating: true }] }, 400, 50009],
    ['another family for a delegated object', headerOf(), { objects: [{ checksums: [] }], family: 3 }, 406, 50041],
  ];
  for (const [what, header, facts, status, code] of rows) {
    it(`${what}: ${status}/${code}`, async (t) => {
      const { send, received } = await secondary(t, facts);
      const answer = await send(header);
      assert.deepEqual([answer.status, answer.code], [status, code], answer.body.toString());
      assert.deepEqual(received, []);
    });
  }

  for (const [what, body] of [
    ['less than a piece', piece.subarray(1)],
    ['more than a piece', Buffer.concat([piece, piece])],
  ] as const) {
    it(`${what} in the body: 400/50013`, async (t) => {
      const { send, received } = await secondary(t);
      assert.equal((await send(headerOf(), body)).code, 50013);
      assert.deepEqual(received, []);
    });
  }

  it('tells the text that clients look for', async (t) => {
    const { send } = await secondary(t, { objects: [{ object_status: OBJECT_STATUS_SEALED }] });
    assert.match((await send(headerOf())).body.toString(), /object has not been created/);
  });
});
