import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode, sameAddress, cosmosStakingV1beta1 as staking } from '@prairie/chain';
import { testContext } from '../../chain/execution-context.ts';
import { coin } from '../../coins.ts';
import { ChainState } from '../../state/index.ts';
import { AuthzKeeper } from './keeper.ts';
import { stakeGrants } from './spending.ts';

const address = (n: number) => `0x${n.toString(16).padStart(40, '0')}`;
const parties = { granter: address(0xa), grantee: address(0xb) };

function granted(max: bigint) {
  const keeper = new AuthzKeeper(new ChainState());
  const authorization = {
    type_url: staking.StakeAuthorization.typeUrl,
    value: encode(staking.StakeAuthorization, {
      max_tokens: coin(max),
      allow_list: { address: [address(1)] },
      authorization_type: staking.AuthorizationType.AUTHORIZATION_TYPE_DELEGATE,
    }),
  };
  keeper.save(testContext(), parties, { authorization, expiration: undefined });
  return keeper;
}

test('who delegates by the word of another needs a grant of the delegator for that validator and amount', () => {
  const keeper = granted(10n);
  const ctx = testContext();
  const accept = (validator: number, amount: bigint, over: object = {}) =>
    stakeGrants(keeper).accept(ctx, { ...parties, validator: address(validator), amount, ...over });
  assert.throws(() => accept(1, 5n, { grantee: address(0xc) }), { codespace: 'authz', code: 2 });
  assert.throws(() => accept(2, 5n), { codespace: 'sdk', code: 4 });
  accept(1, 6n);
  assert.throws(() => accept(1, 5n), { codespace: 'sdk', code: 5 });
  accept(1, 4n);
  assert.throws(() => accept(1, 1n), { codespace: 'authz', code: 2 });
  const [event] = ctx.events;
  const granter = event!.attributes.find(({ key }) => key === 'granter')!;
  assert.equal(event!.type, 'cosmos.authz.v1beta1.EventRevoke');
  assert.ok(sameAddress(JSON.parse(granter.value), parties.granter));
});
