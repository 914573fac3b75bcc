import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  decode,
  encode,
  type Init,
  type MessageType,
  moduleAddress,
  unpackAny,
  cosmosUpgradeV1beta1 as upgrade,
} from '@prairie/chain';
import { testContext } from '../../chain/execution-context.ts';
import { UPGRADES, UpgradePlan } from '../../upgrades.ts';
import { chainError } from '../payment/test-support.ts';
import { createUpgradeModule } from './index.ts';

function asking(plan: UpgradePlan, height: bigint) {
  const { module } = createUpgradeModule(plan);
  return <Q, R>(name: string, [request, fields]: [MessageType<Q>, Init<Q>], response: MessageType<R>): R => {
    const query = module.queries[`/cosmos.upgrade.v1beta1.Query/${name}`]!;
    const asked = decode(query.request, encode(request, fields));
    return decode(response, encode(query.response, query.handle(testContext({ height }), asked)));
  };
}

const applied = (ask: ReturnType<typeof asking>, name: string) =>
  ask('AppliedPlan', [upgrade.QueryAppliedPlanRequest, { name }], upgrade.QueryAppliedPlanResponse).height;
const planned = (ask: ReturnType<typeof asking>) =>
  ask('CurrentPlan', [upgrade.QueryCurrentPlanRequest, {}], upgrade.QueryCurrentPlanResponse).plan;

test('plans are those to come, applied ones have their heights', () => {
  const plan = new UpgradePlan({ Nagqu: 20, Pampas: 21, Manchurian: 30 });
  const ask = asking(plan, 21n);
  assert.deepEqual(planned(ask), [{ name: 'Manchurian', height: 30n, info: '' }]);
  assert.deepEqual(
    ['Nagqu', 'Pampas', 'Manchurian', 'Erdos', 'nothing'].map((name) => applied(ask, name)),
    [20n, 21n, 0n, 0n, 0n],
  );
});

test('a chain that is born with all upgrades has applied them in its first block', () => {
  const ask = asking(new UpgradePlan(), 7n);
  assert.deepEqual(planned(ask), []);
  for (const name of UPGRADES) assert.equal(applied(ask, name), 1n);
});

test('the rest is answered without content', () => {
  const ask = asking(new UpgradePlan(), 1n);
  const versions = [upgrade.QueryModuleVersionsRequest, {}] as const;
  assert.deepEqual(ask('ModuleVersions', [...versions], upgrade.QueryModuleVersionsResponse), { module_versions: [] });
  const { address } = ask('Authority', [upgrade.QueryAuthorityRequest, {}], upgrade.QueryAuthorityResponse);
  assert.equal(address, moduleAddress('gov'));
});

test('messages that would plan an upgrade are known, and refused', () => {
  const { messages } = createUpgradeModule(new UpgradePlan()).module;
  assert.equal(messages.length, 2);
  for (const { type, validateBasic, handle, signers } of messages) {
    const any = { type_url: type.typeUrl, value: encode(type, { authority: moduleAddress('gov') }) };
    const { value } = unpackAny(any);
    assert.deepEqual(signers(value), [moduleAddress('gov')]);
    assert.throws(() => validateBasic!(value), chainError('sdk', 37));
    assert.throws(() => handle(testContext(), value), chainError('sdk', 37));
  }
});
