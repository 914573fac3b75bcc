import assert from 'node:assert/strict';
import { it, type TestContext } from 'node:test';
import { greenfieldStorage as storage } from '@prairie/chain';
import type { Consensus, ResumableUploadObjectTask } from '@prairie/gfsp';
import fc from 'fast-check';
import { chainOf, gatewayOf, type Stubs, USER, USER_KEY } from '../testing.ts';

const created = storage.ObjectInfo.create({
  ...{ id: 7n, bucket_name: 'photos', object_name: 'a', payload_size: 5000n, create_at: 100n },
  checksums: [new Uint8Array(32)],
});
const params = storage.Params.create({ versioned_params: { max_segment_size: 1024n }, max_payload_size: 6000n });

interface Seen {
  task: ResumableUploadObjectTask;
  payload: string;
  length: bigint | undefined;
}

/** A gateway over an object, and the parts that its uploader got. */
async function gatewayFor(t: TestContext, object_info: storage.ObjectInfo, fields: Partial<Consensus> = {}) {
  const parts: Seen[] = [];
  const client: Stubs = {
    authenticator: { authorize: async () => {} },
    uploader: {
      async resumableUploadObject(task, body, length) {
        let payload = '';
        for await (const chunk of body) payload += Buffer.from(chunk).toString();
        parts.push({ task, payload, length });
      },
    },
  };
  const chain = chainOf({
    object: async () => ({ object_info, global_virtual_group: undefined }),
    storageParams: async () => params,
    ...fields,
  });
  const gateway = await gatewayOf(t, client, chain);
  const post = (query: string) =>
    gateway.send({ method: 'POST', key: USER_KEY, body: Buffer.from('hello'), path: `/photos/a?${query}` });
  return { parts, post };
}

it('hands a part to the uploader, with its place', async (t) => {
  const { parts, post } = await gatewayFor(t, created);
  const answer = await post('offset=2048&complete=false');
  assert.deepEqual([answer.status, answer.body.length], [200, 0]);
  const [{ task, payload, length }] = parts as [Seen];
  assert.deepEqual([task.offset, task.completed, payload, length], [2048n, false, 'hello', 5n]);
  assert.deepEqual([task.object_info, task.storage_params, task.is_agent_upload], [created, params, false]);
  assert.equal(task.task.user_address, USER);
});

it("asks for the size that the chain allows, then for the part's place", async (t) => {
  const { post, parts } = await gatewayFor(t, created);
  const code = async (query: string) => (await post(query)).code;
  assert.equal(await code('offset=0&complete=maybe'), 50027);
  assert.equal(await code('offset=x&complete='), 50027);
  assert.equal(await code('offset=-1&complete=1'), 50028);
  assert.equal(await code(`offset=${2n ** 64n}&complete=T`), 50028);
  const large = await gatewayFor(t, { ...created, payload_size: 6001n });
  assert.equal((await large.post('offset=x&complete=x')).code, 50016);
  assert.deepEqual(parts, []);
});

it('property: the network’s spellings of a boolean are taken, and no others', async (t) => {
  const { post } = await gatewayFor(t, created);
  const known = ['1', 't', 'T', 'true', 'TRUE', 'True', '0', 'f', 'F', 'false', 'FALSE', 'False'];
  const text = fc.oneof(fc.constantFrom(...known), fc.stringMatching(/^[a-zA-Z0-9]{0,6}$/));
  await fc.assert(
    fc.asyncProperty(text, async (complete) => {
      const { code } = await post(`offset=0&complete=${complete}`);
      assert.equal(code, known.includes(complete) ? 0 : 50027);
    }),
    { numRuns: 60 },
  );
});

it('takes the parts of an update by its shadow, and the parameters of its time', async (t) => {
  const times: bigint[] = [];
  const updating = { ...created, object_status: storage.ObjectStatus.OBJECT_STATUS_SEALED, is_updating: true };
  const shadow = storage.ShadowObjectInfo.create({ id: 7n, payload_size: 5n, version: 3n, updated_at: 200n });
  const { post, parts } = await gatewayFor(t, updating, {
    shadowObject: async () => shadow,
    storageParams: async (time) => {
      times.push(time);
      return params;
    },
  });
  assert.equal((await post('offset=0&complete=true')).status, 200);
  const { object_info, is_agent_upload } = parts[0]!.task;
  assert.deepEqual([object_info.version, object_info.payload_size, is_agent_upload], [3n, 5n, true]);
  assert.deepEqual(times, [200n]);
});
