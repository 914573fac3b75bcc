/** Uploads as clients send them: in parts, as updates of what is sealed, and through the provider as agent. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { UserClient } from '@prairie/client';
import { CODE, type TestAccount } from '../support/account.ts';
import type { DevnetProcess } from '../support/devnet-process.ts';
import { faultsOf } from '../support/pieces.ts';
import { contentOf, inChunks, readObject } from '../support/uploads.ts';
import { startUsedDevnet, stopUsedDevnet } from '../support/used-devnet.ts';

const bucket = 'uploads-bucket';
const SEGMENT = CODE.segmentSize;
const refused = (innerCode: number) => ({ name: 'GfSpError', innerCode });

describe('uploads', () => {
  let dataDir: string;
  let devnet: DevnetProcess;
  let owner: TestAccount;
  let client: UserClient;

  async function start(): Promise<void> {
    ({ devnet, owner, client } = await startUsedDevnet(dataDir));
  }

  const stop = (signal: NodeJS.Signals) => stopUsedDevnet({ devnet, owner, client }, signal);

  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'prairie-uploads-'));
    await start();
    await owner.createBucket(bucket);
  });

  after(async () => {
    if (devnet) await stop('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  });

  const bodyOf = (object: string, content: Buffer) => ({
    ...{ bucket, object, size: content.length },
    body: inChunks(content),
  });
  const part = (object: string, content: Buffer, from: number, to = content.length) =>
    client.putPart(bodyOf(object, content.subarray(from, to)), { offset: from, complete: to === content.length });

  async function created(object: string, content: Buffer): Promise<void> {
    await owner.createObjects(bucket, new Map([[object, content]]));
  }

  /** Sealed in that version, whole at every provider, and read as it was sent. */
  async function expectSealed(object: string, content: Buffer, version = 0n): Promise<void> {
    await owner.sealed(bucket, object, 60, version).catch((cause) => {
      throw new Error(`${object} is not sealed; the devnet's log:\n${devnet.log()}`, { cause });
    });
    assert.ok((await readObject(client, bucket, object)).equals(content), `${object} has other bytes than were sent`);
    assert.deepEqual(faultsOf(dataDir, (await owner.chain.object(bucket, object))!), []);
  }

  /** Sends the first bytes of a part, and calls `onSent`; the rest never comes. */
  function broken(object: string, content: Buffer, from: number, sent: number, onSent: () => Promise<unknown>) {
    const body = async function* () {
      yield* inChunks(content.subarray(from, from + sent));
      await onSent();
      throw new Error('the line broke');
    };
    const size = content.length - from;
    return client.putPart({ bucket, object, size, body: body() }, { offset: from, complete: true });
  }

  async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + 20_000;
    while (!(await holds())) {
      if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
      await owner.chain.waitForHeight((await owner.chain.currentHeight()) + 1n);
    }
  }

  const offsetIs = (object: string, offset: number) =>
    eventually(`${object} to go on at ${offset}`, async () => {
      const at = await client.uploadOffset(bucket, object).catch(() => 0);
      return at === offset;
    });

  describe('in parts', () => {
    it('take parts where they belong, and a part that comes again', async () => {
      const content = contentOf(2 * SEGMENT + 1000, 1);
      await created('parts', content);
      await assert.rejects(client.uploadOffset(bucket, 'parts'), refused(90003));
      await assert.rejects(part('parts', content, 1, 1 + SEGMENT), refused(50028));
      await assert.rejects(part('parts', content, SEGMENT, 2 * SEGMENT), refused(50028));
      await assert.rejects(part('parts', content, 0, 1000), refused(50028));
      await assert.rejects(client.uploadOffset(bucket, 'parts'), refused(90003));

      await part('parts', content, 0, SEGMENT);
      await part('parts', content, 0, SEGMENT);
      assert.equal(await client.uploadOffset(bucket, 'parts'), SEGMENT);
      await assert.rejects(part('parts', contentOf(2 * SEGMENT + 1000, 2), 0, SEGMENT), refused(110004));
      await assert.rejects(part('parts', content, 2 * SEGMENT), refused(50028));
      assert.equal(await client.uploadOffset(bucket, 'parts'), SEGMENT);

      // what begins before the end of what is stored brings what is missing
      await part('parts', content, 0, 2 * SEGMENT);
      await part('parts', content, 2 * SEGMENT);
      await expectSealed('parts', content);
    });

    it('begin anew when the whole is not what the chain says', async () => {
      const content = contentOf(SEGMENT + 5, 3);
      await created('wrong', content);
      await part('wrong', contentOf(SEGMENT + 5, 4), 0, SEGMENT);
      await assert.rejects(part('wrong', content, SEGMENT), refused(110004));
      await assert.rejects(client.uploadOffset(bucket, 'wrong'), refused(90003));
      await part('wrong', content, 0);
      await expectSealed('wrong', content);
    });

    it('go on behind the segments that came before the line broke, and before kill -9', async () => {
      const content = contentOf(3 * SEGMENT + 7, 5);
      await created('broken', content);
      await assert.rejects(broken('broken', content, 0, SEGMENT + 1000, () => offsetIs('broken', SEGMENT)));
      await offsetIs('broken', SEGMENT);
      await eventually('the first request to end', async () => {
        return part('broken', content, 0, SEGMENT).then(
          () => true,
          () => false,
        );
      });
      const killed = async () => {
        await offsetIs('broken', 2 * SEGMENT);
        await stop('SIGKILL');
      };
      await assert.rejects(broken('broken', content, SEGMENT, SEGMENT + 1000, killed));
      await start();
      assert.equal(await client.uploadOffset(bucket, 'broken'), 2 * SEGMENT);
      await part('broken', content, 2 * SEGMENT);
      await expectSealed('broken', content);
    });
  });

  describe('of an update', () => {
    it('leave the old content readable until the seal', async () => {
      const [old, next] = [contentOf(SEGMENT + 100, 10), contentOf(2 * SEGMENT + 100, 11)];
      await created('updated', old);
      await client.putObject(bodyOf('updated', old));
      await expectSealed('updated', old);
      await owner.beginUpdate(bucket, 'updated', next);
      await assert.rejects(client.uploadOffset(bucket, 'updated'), refused(90003));
      await part('updated', next, 0, SEGMENT);
      assert.equal(await client.uploadOffset(bucket, 'updated'), SEGMENT);
      assert.ok((await readObject(client, bucket, 'updated')).equals(old));

      await stop('SIGKILL');
      await start();
      assert.equal(await client.uploadOffset(bucket, 'updated'), SEGMENT);
      assert.ok((await readObject(client, bucket, 'updated')).equals(old));
      await part('updated', next, SEGMENT);
      await expectSealed('updated', next, 1n);

      const last = contentOf(5, 12);
      await owner.beginUpdate(bucket, 'updated', last);
      await client.putObject(bodyOf('updated', last));
      await expectSealed('updated', last, 2n);
    });

    it('that is cancelled leave the old content, and nothing to the next update', async () => {
      const [old, given, next] = [contentOf(50, 20), contentOf(2 * SEGMENT, 21), contentOf(2 * SEGMENT, 22)];
      await created('cancelled', old);
      await client.putObject(bodyOf('cancelled', old));
      await expectSealed('cancelled', old);
      await owner.beginUpdate(bucket, 'cancelled', given);
      await part('cancelled', given, 0, SEGMENT);
      await owner.cancelUpdate(bucket, 'cancelled');
      await expectSealed('cancelled', old);
      // the chain tells two updates of one second apart by nothing
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await owner.beginUpdate(bucket, 'cancelled', next);
      await part('cancelled', next, 0, SEGMENT);
      await part('cancelled', next, SEGMENT);
      await expectSealed('cancelled', next, 1n);
    });
  });

  describe('through the agent', () => {
    it('are created, and updated at once', async () => {
      const [first, second] = [contentOf(1000, 30), contentOf(2 * SEGMENT + 1, 31)];
      await client.putDelegated(bodyOf('agent', first), {});
      await client.putDelegated(bodyOf('agent', second), { isUpdate: true });
      await expectSealed('agent', second, 1n);
      const third = contentOf(SEGMENT, 32);
      await client.putDelegated(bodyOf('agent', third), { isUpdate: true });
      await expectSealed('agent', third, 2n);
      const head = (await owner.chain.object(bucket, 'agent'))!.object_info;
      assert.equal(head.owner.toLowerCase(), owner.address.toLowerCase());
    });

    it('come in parts', async () => {
      const content = contentOf(SEGMENT + 9, 33);
      const send = (from: number, to: number, complete: boolean) =>
        client.putDelegated(
          bodyOf('agent-parts', content.subarray(from, to)),
          { payloadSize: content.length },
          { offset: from, complete },
        );
      await send(0, SEGMENT, false);
      assert.equal(await client.uploadOffset(bucket, 'agent-parts'), SEGMENT);
      await send(SEGMENT, content.length, true);
      await expectSealed('agent-parts', content);
    });

    it('of a size that is wrong are taken back, and can be sent again', async () => {
      const content = contentOf(SEGMENT + 9, 34);
      const first = bodyOf('agent-wrong', content.subarray(0, SEGMENT));
      const begin = { offset: 0, complete: false };
      await assert.rejects(client.putDelegated(first, {}, begin), refused(110008));
      assert.equal(await owner.chain.object(bucket, 'agent-wrong'), undefined);
      const again = bodyOf('agent-wrong', content.subarray(0, SEGMENT));
      await client.putDelegated(again, { payloadSize: SEGMENT + 5 }, begin);
      const second = bodyOf('agent-wrong', content.subarray(SEGMENT));
      await assert.rejects(
        client.putDelegated(second, { payloadSize: 9 }, { offset: SEGMENT, complete: true }),
        refused(110008),
      );
      await eventually('the rejection', async () => (await owner.chain.object(bucket, 'agent-wrong')) === undefined);
      await client.putDelegated(bodyOf('agent-wrong', content), {});
      await expectSealed('agent-wrong', content);
    });

    it('make folders', async () => {
      assert.match(await client.createFolder(bucket, 'folder/'), /^[0-9A-F]{64}$/);
      assert.equal(await owner.isSealed(bucket, 'folder/'), true);
      await assert.rejects(client.createFolder(bucket, 'folder/'), refused(50010));
      await assert.rejects(client.createFolder(bucket, 'a/../b/'), refused(50010));
    });
  });
});
