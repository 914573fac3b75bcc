/** The upgrade module: which upgrades the chain has. They are planned when the chain is made, not by vote. */
import {
  type AnyMessage,
  define,
  type MessageType,
  moduleAddress,
  cosmosUpgradeV1beta1 as upgrade,
} from '@prairie/chain';
import { type ChainModule, type MessageHandler, message, query } from '../../context.ts';
import { sdkErrors } from '../../sdk-errors.ts';
import { UPGRADES, type Upgrade, type UpgradePlan } from '../../upgrades.ts';

/** Messages that clients' libraries of the network leave out. */
const MsgSoftwareUpgrade = define<{ authority: string; plan: upgrade.Plan }>(
  'cosmos.upgrade.v1beta1.MsgSoftwareUpgrade',
  { authority: [1, 'string'], plan: [2, 'cosmos.upgrade.v1beta1.Plan!'] },
);
const MsgSoftwareUpgradeResponse = define<AnyMessage>('cosmos.upgrade.v1beta1.MsgSoftwareUpgradeResponse', {});
const MsgCancelUpgrade = define<{ authority: string }>('cosmos.upgrade.v1beta1.MsgCancelUpgrade', {
  authority: [1, 'string'],
});
const MsgCancelUpgradeResponse = define<AnyMessage>('cosmos.upgrade.v1beta1.MsgCancelUpgradeResponse', {});

export function createUpgradeModule(plan: UpgradePlan): { module: ChainModule } {
  const module: ChainModule = {
    name: 'upgrade',
    messages: [
      refused(MsgSoftwareUpgrade, MsgSoftwareUpgradeResponse),
      refused(MsgCancelUpgrade, MsgCancelUpgradeResponse),
    ],
    queries: queriesOf(plan),
  };
  return { module };
}

function refused<M extends { authority: string }>(type: MessageType<M>, response: MessageType): MessageHandler {
  const refuse = () => {
    throw sdkErrors.notSupported(`${type.name}: the upgrades of this chain are planned when it is made`);
  };
  return message<M>({ type, response, signers: (msg) => [msg.authority], validateBasic: refuse, handle: refuse });
}

/** Those that a chain is born with are there from its first block on. */
const heightOf = (plan: UpgradePlan, name: Upgrade): bigint | undefined => {
  const height = plan.heights[name];
  return height === undefined ? undefined : BigInt(Math.max(height, 1));
};

function queriesOf(plan: UpgradePlan): ChainModule['queries'] {
  const prefix = '/cosmos.upgrade.v1beta1.Query';
  return {
    [`${prefix}/CurrentPlan`]: query({
      request: upgrade.QueryCurrentPlanRequest,
      response: upgrade.QueryCurrentPlanResponse,
      handle: (ctx) => ({
        plan: UPGRADES.map((name) => ({ name, height: heightOf(plan, name) ?? 0n, info: '' })).filter(
          ({ height }) => height > ctx.height,
        ),
      }),
    }),
    [`${prefix}/AppliedPlan`]: query({
      request: upgrade.QueryAppliedPlanRequest,
      response: upgrade.QueryAppliedPlanResponse,
      handle(ctx, { name }) {
        const height = UPGRADES.includes(name as Upgrade) ? heightOf(plan, name as Upgrade) : undefined;
        return { height: height !== undefined && height <= ctx.height ? height : 0n };
      },
    }),
    [`${prefix}/UpgradedConsensusState`]: query({
      request: upgrade.QueryUpgradedConsensusStateRequest,
      response: upgrade.QueryUpgradedConsensusStateResponse,
      handle: () => ({ upgraded_consensus_state: new Uint8Array(0) }),
    }),
    [`${prefix}/ModuleVersions`]: query({
      request: upgrade.QueryModuleVersionsRequest,
      response: upgrade.QueryModuleVersionsResponse,
      handle: () => ({ module_versions: [] }),
    }),
    [`${prefix}/Authority`]: query({
      request: upgrade.QueryAuthorityRequest,
      response: upgrade.QueryAuthorityResponse,
      handle: () => ({ address: moduleAddress('gov') }),
    }),
  };
}
