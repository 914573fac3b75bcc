import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greenfieldSp } from '@prairie/chain';
import { type SpInfo, silentLogger } from '@prairie/gfsp';
import { memorySpDb } from '../testing/memory-spdb.ts';
import { until } from '../testing/network.ts';
import { SpList } from './sp-list.ts';

const OWN = '0x55Bb0651F974cd14E9aEf38776613a7837375683';
const OTHER = '0x015212dd21b409c60b60162d54913e4E364a8697';

function provider(operator_address: string, id: number): greenfieldSp.StorageProvider {
  return greenfieldSp.StorageProvider.create({
    ...{ operator_address, id, endpoint: `http://sp${id}.test`, total_deposit: 10n ** 25n },
    ...{ funding_address: OWN, seal_address: OWN, approval_address: OTHER },
    description: { moniker: `sp${id}`, identity: 'who', website: 'w', security_contact: 's', details: 'what' },
  });
}

function setUp() {
  const spdb = memorySpDb();
  const chain = { providers: [provider(OWN.toLowerCase(), 1), provider(OTHER, 5)], asked: 0, away: false };
  const listSps = async () => {
    chain.asked++;
    if (chain.away) throw new Error('away');
    return chain.providers;
  };
  const list = new SpList(
    { operatorAddress: OWN, syncProvidersMs: 1 },
    { consensus: { listSps }, spdb, logger: silentLogger },
  );
  const stopping = new AbortController();
  const running = list.run(stopping.signal);
  const stop = async () => {
    stopping.abort();
    await running;
    await spdb.close();
  };
  return { spdb, chain, list, stop };
}

const brief = (rows: SpInfo[]) => rows.map(({ operator_address, is_own, id }) => [operator_address, is_own, id]);

test('the table has the chain’s providers, and this one a second time as its own', async () => {
  const { spdb, stop } = setUp();
  await until(async () => (await spdb.listSpInfo()).length === 3, 'the list');
  const rows = await spdb.listSpInfo();
  assert.deepEqual(brief(rows), [
    [OTHER, false, 5],
    [OWN, false, 1],
    [OWN, true, 1],
  ]);
  assert.deepEqual([rows[0]?.identity, rows[0]?.details, rows[0]?.total_deposit], ['who', 'what', 10n ** 25n]);
  await stop();
});

test('changes of the list are written down, also those that somebody else has seen', async () => {
  const { spdb, chain, list, stop } = setUp();
  await until(async () => (await spdb.listSpInfo()).length === 3, 'the list');
  chain.away = true;
  list.seen([chain.providers[0]!]);
  await until(async () => (await spdb.listSpInfo()).length === 2, 'the one that has left to go');
  chain.providers = [...chain.providers, provider('0x1629658423469d408bEC4fa6ba092c111A812197', 4)];
  const { asked } = chain;
  await until(() => chain.asked > asked, 'another question');
  chain.away = false;
  await until(async () => (await spdb.listSpInfo()).length === 4, 'the new ones');
  await stop();
});
