import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moduleAddress } from '@prairie/chain';
import { auditDistribution } from './audit.ts';
import { delegator, StakeWorld } from './test-support.ts';

const params = {
  community_tax: '0.02',
  base_proposer_reward: '0',
  bonus_proposer_reward: '0',
  withdraw_addr_enabled: true,
};

test('what the module holds is the community’s, what others were owed too', () => {
  const { distribution, bank, ctx } = new StakeWorld();
  bank.endow(moduleAddress('distribution'), 9n);
  distribution.module.initGenesis!(
    ctx,
    {
      params,
      fee_pool: { community_pool: [{ denom: 'BNB', amount: '7.500000000000000000' }] },
      delegator_withdraw_infos: [{ delegator_address: delegator(0), withdraw_address: delegator(1) }],
    },
    undefined as never,
  );
  assert.equal(distribution.keeper.store.communityPool, 9n * 10n ** 18n);
  assert.equal(distribution.keeper.withdrawAddress(delegator(0)), delegator(1));
  assert.deepEqual(auditDistribution(distribution.keeper), []);
  distribution.keeper.store.addToPool(1n);
  assert.equal(auditDistribution(distribution.keeper).length, 1);
});

test('a pool without its coins is refused', () => {
  const { distribution, ctx } = new StakeWorld();
  const part = { params, fee_pool: { community_pool: [{ denom: 'BNB', amount: '7' }] } };
  assert.throws(() => distribution.module.initGenesis!(ctx, part, undefined as never), /community pool of 7 wei/);
});
