import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode, encode, moduleAddress, cosmosOracleV1 as oracle } from '@prairie/chain';
import { testContext } from '../../chain/execution-context.ts';
import { plainError } from '../../context.ts';
import { ChainState } from '../../state/index.ts';
import { UpgradePlan } from '../../upgrades.ts';
import { address, attributesOf, chainError, deliver } from '../payment/test-support.ts';
import { governedParams, StoredParams } from './governed-params.ts';

const authority = moduleAddress('gov');
const defaults: oracle.Params = { relayer_timeout: 40n, relayer_interval: 600n, relayer_reward_share: 50 };
const changed: oracle.Params = { ...defaults, relayer_interval: 60n };

function world() {
  const state = new ChainState();
  const check = ({ relayer_timeout }: oracle.Params) => {
    if (relayer_timeout === 0n) throw plainError('no time');
  };
  const parameters = new StoredParams(state, 'oracle/params', oracle.Params, { defaults, check });
  const { message, queries } = governedParams(oracle, parameters);
  const update = (msg: Partial<oracle.MsgUpdateParams>, ctx = testContext()) => {
    deliver({ state }, [message], ctx, oracle.MsgUpdateParams, { authority, params: changed, ...msg });
    return ctx.events;
  };
  return { parameters, queries, update };
}

test('the defaults are in force until genesis or governance say otherwise', () => {
  const { parameters, update } = world();
  assert.deepEqual(parameters.get(), defaults);
  parameters.initialize({ ...defaults, relayer_reward_share: 1 });
  assert.equal(parameters.get().relayer_reward_share, 1);
  update({});
  assert.deepEqual(parameters.get(), changed);
});

test('changed parameters are an event, since the upgrade that brought it', () => {
  const { update } = world();
  const [event, ...others] = update({});
  assert.deepEqual(others, []);
  assert.equal(event!.type, 'cosmos.oracle.v1.Params');
  assert.deepEqual(attributesOf(event!), {
    relayer_interval: '"60"',
    relayer_reward_share: '50',
    relayer_timeout: '"40"',
  });
  assert.deepEqual(update({}, testContext({ upgrades: new UpgradePlan({ Nagqu: 20 }) })), []);
});

test('nobody but governance changes them, and not to what does not work', () => {
  const { parameters, update } = world();
  assert.throws(() => update({ authority: address(1) }), chainError('gov', 13));
  assert.throws(() => update({ params: { ...changed, relayer_timeout: 0n } }), chainError('undefined', 1));
  assert.throws(() => parameters.initialize({ ...changed, relayer_timeout: 0n }), chainError('undefined', 1));
  assert.deepEqual(parameters.get(), defaults);
});

test('the query has the name of the package', () => {
  const { queries } = world();
  assert.deepEqual(Object.keys(queries), ['/cosmos.oracle.v1.Query/Params']);
  const [query] = Object.values(queries);
  const answer = encode(query!.response, query!.handle(testContext(), {}));
  assert.deepEqual(decode(oracle.QueryParamsResponse, answer).params, defaults);
});
