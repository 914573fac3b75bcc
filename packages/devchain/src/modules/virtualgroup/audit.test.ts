import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greenfieldVirtualgroup as vg } from '@prairie/chain';
import { at, deliver } from '../payment/test-support.ts';
import { auditProviders } from '../sp/index.ts';
import { auditVirtualGroups } from './audit.ts';
import { GENESIS_TIME, type Market, recordedMarket } from './test-support.ts';

function marketWithGroup(): Market {
  const { market } = recordedMarket();
  deliver(market, market.groupModule.messages, at(GENESIS_TIME), vg.MsgCreateGlobalVirtualGroup, {
    storage_provider: market.sp.byId(1)!.operator_address,
    secondary_sp_ids: [2, 3, 4, 5, 6, 7],
    deposit: { denom: 'BNB', amount: 16_000n },
  });
  return market;
}

test('sound groups and providers have no findings', () => {
  const market = marketWithGroup();
  assert.deepEqual(auditVirtualGroups(market.groups), []);
  assert.deepEqual(auditProviders(market.sp), []);
});

test('deposits that are not there are found', () => {
  const market = marketWithGroup();
  market.groups.groups.setGvg({ ...market.groups.gvg(1)!, total_deposit: 16_001n });
  assert.deepEqual(auditVirtualGroups(market.groups), ['the virtualgroup account holds 16000 wei, deposits are 16001']);
  const provider = market.sp.byId(1)!;
  market.sp.set({ ...provider, total_deposit: provider.total_deposit + 1n });
  assert.match(auditProviders(market.sp).join(), /^the sp account holds 8(0+) wei, deposits are 8\d+1$/);
});

test('lists and counts that do not fit the groups are found', () => {
  const market = marketWithGroup();
  const { groups } = market.groups;
  const family = groups.family(1)!;
  groups.setFamily({ ...family, global_virtual_group_ids: [2] });
  assert.deepEqual(auditVirtualGroups(market.groups), [
    'group 1 is not in its family 1',
    'family 1 lists group 2, which is of family undefined',
  ]);
  groups.setFamily(family);
  groups.statistics.removeFamily(1, 1);
  assert.match(auditVirtualGroups(market.groups).join(), /^family 1 is not in the list of its primary, provider 1$/);
  groups.statistics.addFamily(1, 1);
  groups.statistics.move(undefined, { ...groups.gvg(1)!, secondary_sp_ids: [] });
  assert.deepEqual(auditVirtualGroups(market.groups), ['the statistics of provider 1 differ from its groups']);
});
