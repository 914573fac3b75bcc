import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserClient } from '@prairie/client';
import { Devnet, defaultOptions } from '@prairie/devnet';
import { silentLogger } from '@prairie/gfsp';
import fc from 'fast-check';
import { TestAccount } from '../../test/support/account.ts';
import { contentOf, inChunks } from '../../test/support/uploads.ts';
import { extension } from './extension.ts';

const picker = extension.parts!.picker!();
const space = fc.record({
  staked: fc.bigInt({ min: 1n, max: 1n << 50n }),
  used: fc.bigInt({ min: 0n, max: 1n << 50n }),
});

test('property: no other candidate is fuller than the one that is picked', () => {
  fc.assert(
    fc.property(fc.array(space), (spaces) => {
      const groups = spaces.map((each, groupId) => ({ ...each, groupId, familyId: 1, secondarySpIds: [] }));
      const picked = picker.pickGroup(groups);
      assert.equal(picked === undefined, groups.length === 0);
      if (picked) assert.ok(groups.every(({ used, staked }) => used * picked.staked <= picked.used * staked));
    }),
  );
});

test('a provider with it stores objects, one group after the other', async (t) => {
  const options = { ...defaultOptions, providers: 7, blockTimeMs: 100, rpcPort: 0, spPort: 0 };
  let asked = 0;
  const counting = {
    parts: {
      picker: () => ({
        ...picker,
        pickGroup: (groups: Parameters<typeof picker.pickGroup>[0]) => {
          asked += 1;
          return picker.pickGroup(groups);
        },
      }),
    },
  };
  const devnet = await Devnet.start(options, { logger: silentLogger, extensions: { 1: [counting] } });
  t.after(() => devnet.stop());
  const owner = new TestAccount(devnet.summary);
  t.after(() => owner.close());
  const endpoint = devnet.summary.sps[0]!.endpoint;
  const client = new UserClient({ endpoint, privateKey: owner.privateKey });
  t.after(() => client.close());
  const contents = new Map([1, 2, 3].map((n) => [`object-${n}`, contentOf(1000 * n, n)] as const));
  await owner.createBucket('filled');
  await owner.createObjects('filled', contents);
  const groups = new Set<number>();
  for (const [object, content] of contents) {
    await client.putObject({ bucket: 'filled', object, size: content.length, body: inChunks(content) });
    await owner.sealed('filled', object);
    groups.add((await owner.chain.object('filled', object))!.global_virtual_group!.id);
  }
  assert.equal(groups.size, 1);
  assert.ok(asked >= 3, `asked ${asked} times`);
});
