import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { greenfieldStorage as storage } from '@prairie/chain';
import { headerOf, paramsWith, saying, sealed, secondary } from './secondary-testing.ts';

const { OBJECT_STATUS_CREATED } = storage.ObjectStatus;

describe('what goes on to the receiver is the chain’s object', () => {
  const isUpdating = { ...sealed, is_updating: true };

  it('of an update, the content that it awaits, whatever the header says of its state', async (t) => {
    const shadow = { payload_size: 20n, updated_at: 60n };
    const { send, tasks } = await secondary(t, { objects: [isUpdating], shadow });
    const header = headerOf(saying({ version: 1n, is_updating: false, updated_at: 55n, owner: 'nobody' }));
    assert.equal((await send(header)).status, 200);
    const { is_updating, updated_at, version, owner } = tasks[0]!.object_info!;
    assert.deepEqual([is_updating, updated_at, version, owner], [true, 60n, 1n, '']);
  });

  it('of a copy for a migration, the sealed content', async (t) => {
    const { send, tasks } = await secondary(t, { objects: [isUpdating] });
    assert.equal((await send(headerOf({ bucket_migration: true }))).status, 200);
    assert.deepEqual([tasks[0]!.object_info!.is_updating, tasks[0]!.object_info!.version], [false, 0n]);
  });

  it('of a delegated object, with the checksums that the primary computed', async (t) => {
    const { send, tasks } = await secondary(t, { objects: [{ checksums: [] }] });
    assert.equal((await send(headerOf({ is_agent_upload_task: true }))).status, 200);
    assert.equal(tasks[0]!.object_info!.checksums.length, 7);
    assert.equal((await send(headerOf(saying({ checksums: [] }, { is_agent_upload_task: true })))).status, 200);
  });

  it('of a replicated object, with whole segments', async (t) => {
    const { send, received } = await secondary(t, { objects: [{ redundancy_type: 1 }] });
    const segment = Buffer.alloc(20, 'r');
    const header = headerOf(saying({ redundancy_type: 1 }, { piece_size: 20n }));
    assert.equal((await send(header, segment)).status, 200);
    assert.deepEqual(received, [segment.toString()]);
  });

  it('also when its parameters have changed since', async (t) => {
    const before = paramsWith({ max_segment_size: 2048n });
    const { send } = await secondary(t, { paramsBefore: before });
    assert.equal((await send(headerOf({ storage_params: before }))).status, 200);
  });
});

describe('a node that is behind the sender’s', () => {
  const next = headerOf(saying({ version: 1n }));

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

  it('is waited for until it has the migration', async (t) => {
    const { send } = await secondary(t, { objects: [sealed], migrating: [false, false, true] });
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
