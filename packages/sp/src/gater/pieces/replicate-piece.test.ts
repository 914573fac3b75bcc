import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import {
  addressOf,
  greenfieldSp,
  signDigest,
  greenfieldStorage as storage,
  taskDigest,
  toHeaderJson,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import { RECEIVE_MSG_HEADER, REPLICATE_PIECE_PATH } from '@prairie/client';
import { type Consensus, newTask, nowSeconds, ReceivePieceTask } from '@prairie/gfsp';
import { chainOf, gatewayOf, OPERATOR } from '../testing.ts';

const { OBJECT_STATUS_CREATED, OBJECT_STATUS_SEALED, OBJECT_STATUS_DISCONTINUED } = storage.ObjectStatus;
const PRIMARY_KEY = Buffer.alloc(32, 3);
const piece = Buffer.from('piece');
const object = storage.ObjectInfo.create({ id: 7n, payload_size: 20n, checksums: Array(7).fill(new Uint8Array(32)) });

type Task = Partial<ReceivePieceTask>;

function headerOf(fields: Task = {}, key: Uint8Array = PRIMARY_KEY): string {
  const task = ReceivePieceTask.create({
    task: newTask(),
    object_info: object,
    storage_params: storage.Params.create({ versioned_params: { max_segment_size: 1024n } }),
    global_virtual_group_id: 1,
    redundancy_idx: 0,
    piece_size: BigInt(piece.length),
    ...fields,
  });
  const signature = signDigest(key, taskDigest(ReceivePieceTask, task));
  return Buffer.from(toHeaderJson(ReceivePieceTask, { ...task, signature })).toString('hex');
}

interface Facts {
  /** What the chain says of the object, one after the other; the last one stays. */
  objects: (Partial<storage.ObjectInfo> | undefined)[];
  secondaries: number[];
  groupExists: boolean;
}

/** A gateway whose provider is the first secondary of group 1, and what its modules and chain were asked. */
async function secondary(t: TestContext, fields: Partial<Facts> = {}) {
  const facts: Facts = { objects: [{}], secondaries: [1, 3], groupExists: true, ...fields };
  const asked: string[] = [];
  const received: string[] = [];
  const operators = [OPERATOR, addressOf(PRIMARY_KEY)];
  const consensus = chainOf({
    async objectById() {
      asked.push('object');
      const said = facts.objects.length > 1 ? facts.objects.shift() : facts.objects[0];
      return said && { object_info: { ...object, ...said }, global_virtual_group: undefined };
    },
    async waitForHeight(height) {
      asked.push(`block ${height}`);
      return height;
    },
    spById: async (id) => greenfieldSp.StorageProvider.create({ id, operator_address: operators[id - 1]! }),
    gvg: async () =>
      facts.groupExists
        ? virtualgroup.GlobalVirtualGroup.create({ id: 1, primary_sp_id: 2, secondary_sp_ids: facts.secondaries })
        : undefined,
  } satisfies Partial<Consensus>);
  const receiver = {
    async replicatePiece(_: ReceivePieceTask, body: Uint8Array) {
      received.push(Buffer.from(body).toString());
    },
    doneReplicatePiece: async () => ({ integrity_hash: Buffer.alloc(32), signature: Buffer.alloc(96, 9) }),
  };
  const gateway = await gatewayOf(t, { receiver }, consensus);
  const send = async (header: string, body: Uint8Array = piece) => {
    const headers = { [RECEIVE_MSG_HEADER]: header };
    return gateway.send({ method: 'PUT', path: REPLICATE_PIECE_PATH, headers, body });
  };
  return { send, asked, received };
}

it('takes a piece, and signs when all are there', async (t) => {
  const { send, received, asked } = await secondary(t);
  const taken = await send(headerOf());
  assert.deepEqual([taken.status, taken.body.length, received], [200, 0, ['piece']]);
  const done = await send(headerOf({ finished: true }), Buffer.alloc(0));
  assert.deepEqual([done.status, done.headers['x-gnfd-integrity-hash']], [200, '']);
  assert.equal(done.headers['x-gnfd-integrity-hash-signature'], '09'.repeat(96));
  assert.deepEqual(asked, ['object'], 'one question for all pieces of an object');
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
    ['no group', headerOf(), { groupExists: false }, 500, 55001],
    ['another sender', headerOf({}, Buffer.alloc(32, 8)), { secondaries: [] }, 406, 50041],
    ['another secondary', headerOf(), { secondaries: [3, 1] }, 406, 50039],
    ['a negative index', headerOf({ redundancy_idx: -1 }), {}, 406, 50039],
    ['an index beyond the checksums', headerOf({ redundancy_idx: 6 }), { secondaries: Array(7).fill(1) }, 400, 50009],
    ['a piece that is too long', headerOf({ piece_size: 4n }), {}, 400, 50013],
    ['a piece that is too short', headerOf({ piece_size: 6n }), {}, 400, 50013],
    ['a size that no piece has', headerOf({ piece_size: 1n << 40n }), {}, 400, 50009],
  ];
  for (const [what, header, facts, status, code] of rows) {
    it(`${what}: ${status}/${code}`, async (t) => {
      const { send, received } = await secondary(t, facts);
      const answer = await send(header);
      assert.deepEqual([answer.status, answer.code], [status, code], answer.body.toString());
      assert.deepEqual(received, []);
    });
  }

  it('tells the text that clients look for', async (t) => {
    const { send } = await secondary(t, { objects: [{ object_status: OBJECT_STATUS_SEALED }] });
    assert.match((await send(headerOf())).body.toString(), /object has not been created/);
  });
});

describe('a node that is behind the sender’s', () => {
  const sealed = { object_status: OBJECT_STATUS_SEALED };
  const next = headerOf({ object_info: { ...object, version: 1n } });

  it('is waited for until it has the object', async (t) => {
    const { send, asked } = await secondary(t, { objects: [undefined, undefined, {}] });
    assert.equal((await send(headerOf())).status, 200);
    assert.deepEqual(asked, ['object', 'object', 'block 6', 'object']);
  });

  it('is waited for until it has the update', async (t) => {
    const { send } = await secondary(t, { objects: [sealed, sealed, { ...sealed, is_updating: true }] });
    assert.equal((await send(next)).status, 200);
  });

  it('is waited for until it has the seal of what migrates', async (t) => {
    const { send } = await secondary(t, { objects: [{ object_status: OBJECT_STATUS_CREATED }, sealed] });
    assert.equal((await send(headerOf({ bucket_migration: true }))).status, 200);
  });

  it('is not waited for without end', async (t) => {
    const { send, asked } = await secondary(t, { objects: [undefined] });
    assert.equal((await send(headerOf())).code, 50025);
    assert.equal(asked.filter((what) => what.startsWith('block')).length, 2);
  });

  it('is no reason to wait when the content is sealed already', async (t) => {
    const { send, asked } = await secondary(t, { objects: [{ ...sealed, version: 1n }] });
    assert.equal((await send(next)).code, 50042);
    assert.deepEqual(asked, ['object']);
  });

  it('may not be: what was remembered is asked for again first', async (t) => {
    const { send, asked } = await secondary(t, { objects: [sealed, { ...sealed, is_updating: true }] });
    assert.equal((await send(headerOf())).code, 50042);
    assert.equal((await send(next)).status, 200);
    assert.deepEqual(asked, ['object', 'object']);
  });
});
