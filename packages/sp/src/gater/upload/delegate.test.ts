import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { greenfieldStorage as storage } from '@prairie/chain';
import { type Broadcasts, type Consensus, sharedGatewayErrors, TaskState, type UploadObjectTask } from '@prairie/gfsp';
import { chainOf, gatewayOf, type Sent, type Stubs, USER, USER_KEY } from '../testing.ts';

const { OBJECT_STATUS_CREATED, OBJECT_STATUS_SEALED } = storage.ObjectStatus;
const info = (fields: Partial<storage.ObjectInfo>) =>
  storage.ObjectInfo.create({
    id: 7n,
    bucket_name: 'photos',
    object_name: 'a',
    owner: USER,
    create_at: 100n,
    ...fields,
  });
const params = storage.Params.create({ versioned_params: { max_segment_size: 1024n }, max_payload_size: 6000n });

/** A chain with at most one object, a signer that changes it, and what the provider did. */
class Bench {
  object: storage.ObjectInfo | undefined;
  shadow: storage.ShadowObjectInfo | undefined;
  readonly sent: [string, unknown][] = [];
  readonly approved: string[] = [];
  readonly uploaded: UploadObjectTask[] = [];
  readonly operations: string[] = [];
  denied = false;
  /** Of the object's upload. */
  state: number = TaskState.INIT;
  height = 1n;
  /** Called with each block that is waited for. */
  onBlock: () => void = () => {};

  constructor(object?: storage.ObjectInfo) {
    this.object = object;
  }

  get chain(): Partial<Consensus> {
    return {
      object: async () => this.object && { object_info: this.object, global_virtual_group: undefined },
      shadowObject: async () => this.shadow,
      storageParams: async () => params,
      currentHeight: async () => this.height,
      waitForHeight: async (height) => {
        this.onBlock();
        this.height = height;
        return height;
      },
    };
  }

  get client(): Stubs {
    return {
      metadata: {
        getUploadProgress: async () => ({ state: this.state, progress_description: '', error_description: '' }),
      },
      authenticator: {
        authorize: async (operation) => {
          this.operations.push(operation);
          if (this.denied) throw sharedGatewayErrors.noPermission();
        },
      },
      approver: {
        delegateCreateObjectApproval: async ({ delegate_create_object }) => {
          this.approved.push(delegate_create_object.object_name);
        },
      },
      signer: {
        broadcast: async (what, msg) => {
          this.sent.push([what, msg]);
          this.#apply({ [what]: msg });
          return 'AB'.repeat(32);
        },
      },
      uploader: {
        uploadObject: async (task, body) => {
          for await (const _ of body);
          this.uploaded.push(task);
        },
        resumableUploadObject: async (task, body) => {
          for await (const _ of body);
          this.uploaded.push(task as unknown as UploadObjectTask);
        },
      },
    };
  }

  #apply({ delegate_create_object: create, delegate_update_object_content: update }: Partial<Broadcasts>): void {
    if (create) this.object = info({ payload_size: create.payload_size, creator: create.creator });
    if (!update) return;
    this.object = { ...this.object!, is_updating: true };
    const { payload_size, updater: operator } = update;
    this.shadow = storage.ShadowObjectInfo.create({ id: 7n, payload_size, operator, version: 1n, updated_at: 200n });
  }
}

async function serve(t: TestContext, bench: Bench) {
  const gateway = await gatewayOf(t, bench.client, chainOf(bench.chain));
  const send = (method: 'PUT' | 'POST', query: string, headers: Sent['headers'] = {}, path = '/photos/a') =>
    gateway.send({ method, key: USER_KEY, path: `${path}?${query}`, body: Buffer.from('hello'), headers });
  return { put: send.bind(undefined, 'PUT'), post: send.bind(undefined, 'POST') };
}

const CREATE = 'delegate&is_update=false&payload_size=5&visibility=0';
const UPDATE = 'delegate=&is_update=true&payload_size=5';

describe('a delegated upload', () => {
  it('creates the object for the account, then takes its content', async (t) => {
    const bench = new Bench();
    const { put } = await serve(t, bench);
    assert.equal((await put(CREATE, { 'content-type': 'text/plain' })).status, 200);
    const [[what, msg]] = bench.sent as [[string, storage.MsgDelegateCreateObject]];
    assert.deepEqual([what, bench.approved, bench.operations], ['delegate_create_object', ['a'], ['agent-put-object']]);
    assert.deepEqual([msg.creator, msg.payload_size, msg.content_type, msg.visibility], [USER, 5n, 'text/plain', 3]);
    assert.deepEqual(msg.expect_checksums, []);
    const { is_agent_upload, object_info } = bench.uploaded[0]!;
    assert.deepEqual([is_agent_upload, object_info.payload_size], [true, 5n]);
  });

  it('goes on with an object that waits for it, of the same size and creator', async (t) => {
    const bench = new Bench(info({ payload_size: 5n }));
    const { put } = await serve(t, bench);
    assert.equal((await put('delegate&is_update=0&payload_size=5')).status, 200);
    assert.deepEqual([bench.sent, bench.uploaded.length], [[], 1]);
    for (const other of [{ payload_size: 6n }, { owner: `0x${'1'.repeat(40)}`, payload_size: 5n }]) {
      bench.object = info(other);
      assert.equal((await put(CREATE)).code, 50010);
    }
    bench.object = info({ payload_size: 5n, object_status: OBJECT_STATUS_SEALED });
    assert.equal((await put(CREATE)).code, 50010);
  });

  it('says of every parameter what is wrong with it, before anything is sent to the chain', async (t) => {
    const bench = new Bench();
    const { put, post } = await serve(t, bench);
    const codes: [string, number][] = [
      ['delegate&payload_size=5&visibility=1', 50010],
      ['delegate&is_update=no&payload_size=5', 50010],
      ['delegate&is_update=false&visibility=1', 50010],
      ['delegate&is_update=false&payload_size=abc', 50010],
      ['delegate&is_update=false&payload_size=0', 50016],
      ['delegate&is_update=false&payload_size=6001', 50016],
      ['delegate&is_update=false&payload_size=5', 50010],
      ['delegate&is_update=false&payload_size=5&visibility=9', 50010],
      ['delegate&is_update=false&payload_size=6&visibility=1', 110008],
      ['delegate&is_update=true&payload_size=6', 110008],
    ];
    for (const [query, code] of codes) assert.equal((await put(query)).code, code, query);
    assert.equal((await put(CREATE, { 'x-gnfd-unsigned-msg': 'zz' })).code, 50005);
    assert.equal((await put(CREATE, {}, '/photos/a..b')).code, 50044);
    assert.equal((await put(CREATE, {}, '/photos/a//b')).code, 50010);
    assert.equal((await post(`${CREATE}&offset=0`)).code, 50027);
    assert.equal((await post(`${CREATE}&complete=true`)).code, 50028);
    assert.equal((await post(`${CREATE}&complete=true&offset=1`)).code, 110008);
    assert.deepEqual(bench.sent, []);
    bench.denied = true;
    assert.deepEqual([(await put(CREATE)).code, (await post(`${CREATE}&offset=0&complete=1`)).code], [50004, 50004]);
  });

  it('comes in parts, of which the JS SDK names the size of each', async (t) => {
    const bench = new Bench();
    const { post } = await serve(t, bench);
    assert.equal((await post(`${CREATE}&offset=0&complete=false`)).code, 110008, 'no object is made with that size');
    assert.deepEqual(bench.sent, []);
    const first = 'delegate&is_update=false&payload_size=9&visibility=1&offset=0&complete=false';
    assert.equal((await post(first)).status, 200);
    assert.equal((await post('delegate&is_update=false&payload_size=4&offset=5&complete=true')).status, 200);
    assert.deepEqual(
      bench.uploaded.map((task) => task.object_info.payload_size),
      [9n, 9n],
    );
    assert.equal(bench.sent.length, 1);
  });
});

describe('a delegated update', () => {
  const sealed = () => new Bench(info({ payload_size: 3n, object_status: OBJECT_STATUS_SEALED }));

  it('is begun on chain, then takes its content', async (t) => {
    const bench = sealed();
    const { put } = await serve(t, bench);
    assert.equal((await put(UPDATE)).status, 200);
    assert.deepEqual(
      [bench.sent[0]![0], bench.operations],
      ['delegate_update_object_content', ['agent-update-object']],
    );
    const { object_info } = bench.uploaded[0]!;
    assert.deepEqual([object_info.version, object_info.payload_size, object_info.updated_at], [1n, 5n, 200n]);
  });

  it('waits for the seal of what was uploaded a moment ago', async (t) => {
    const bench = new Bench(info({ payload_size: 3n, object_status: OBJECT_STATUS_CREATED }));
    bench.state = TaskState.REPLICATE_OBJECT_DOING;
    let blocks = 0;
    bench.onBlock = () => {
      assert.deepEqual(bench.sent, [], 'nothing is sent before the seal');
      if (++blocks === 3) bench.object = info({ payload_size: 3n, object_status: OBJECT_STATUS_SEALED });
    };
    const { put } = await serve(t, bench);
    assert.equal((await put(UPDATE)).status, 200);
    assert.deepEqual([blocks, bench.uploaded.length], [3, 1]);
  });

  it('of what was never uploaded is for the chain to refuse, at once', async (t) => {
    const bench = new Bench(info({ payload_size: 3n, object_status: OBJECT_STATUS_CREATED }));
    bench.onBlock = () => assert.notDeepEqual(bench.sent, [], 'nothing is waited for');
    const { put } = await serve(t, bench);
    await put(UPDATE);
    assert.equal(bench.sent[0]![0], 'delegate_update_object_content');
  });

  it('that was begun already goes on, for the same account and size', async (t) => {
    const bench = sealed();
    const { put, post } = await serve(t, bench);
    await put(UPDATE);
    await put(UPDATE);
    assert.deepEqual([bench.sent.length, bench.uploaded.length], [1, 2]);
    await post('delegate&is_update=true&payload_size=9&offset=0&complete=true');
    assert.deepEqual([bench.sent.length, bench.uploaded.length], [1, 3]);
    bench.shadow = { ...bench.shadow!, operator: `0x${'2'.repeat(40)}` };
    await put(UPDATE);
    assert.equal(bench.sent.length, 2, 'the chain says no to it');
  });
});

describe('a delegated folder', () => {
  it('is an empty object, whose transaction is named', async (t) => {
    const bench = new Bench();
    const { post } = await serve(t, bench);
    const answer = await post('create-folder&visibility=1', {}, '/photos/dir/');
    assert.equal(answer.body.toString(), `<CreateHash><TxHash>${'AB'.repeat(32)}</TxHash></CreateHash>`);
    const [[, msg]] = bench.sent as [[string, storage.MsgDelegateCreateObject]];
    assert.deepEqual([msg.object_name, msg.payload_size, msg.visibility], ['dir/', 0n, 1]);
    assert.equal((await post('create-folder&visibility=1', {}, '/photos/dir/')).code, 50010);
    bench.object = undefined;
    assert.equal((await post('create-folder', {}, '/photos/dir/')).code, 50010);
    assert.equal((await post('create-folder&visibility=1', {}, '/photos/dir..')).code, 50044);
  });
});
