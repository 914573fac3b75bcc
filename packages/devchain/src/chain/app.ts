/** The modules of the chain, wired to one another, in the order in which genesis and blocks run them. */
import type { ChainModule } from '../context.ts';
import { createAuthModule } from '../modules/auth/index.ts';
import { type Authz, createAuthzModule } from '../modules/authz/index.ts';
import { createBankModule } from '../modules/bank/index.ts';
import { createBridgeModule } from '../modules/bridge/index.ts';
import { type ChallengeKeeper, createChallengeModule, type VoterSet } from '../modules/challenge/index.ts';
import { createConsensusModule } from '../modules/consensus/index.ts';
import { createCrosschainModule } from '../modules/crosschain/index.ts';
import { createDistributionModule, type DistributionKeeper } from '../modules/distribution/index.ts';
import { createFeegrantModule } from '../modules/feegrant/index.ts';
import { createGashubModule } from '../modules/gashub/index.ts';
import { createGenutilModule } from '../modules/genutil/index.ts';
import { createGovModule } from '../modules/gov/index.ts';
import { createOracleModule } from '../modules/oracle/index.ts';
import { createPaymentModule } from '../modules/payment/index.ts';
import { createPermissionModule } from '../modules/permission/index.ts';
import { createSlashingModule } from '../modules/slashing/index.ts';
import { createSpModule } from '../modules/sp/index.ts';
import { createStakingModule, type StakingKeeper } from '../modules/staking/index.ts';
import { chunksOf, createStorageModule, type StorageKeeper } from '../modules/storage/index.ts';
import { createTendermintModule } from '../modules/tendermint/index.ts';
import { createTxModule } from '../modules/tx/index.ts';
import { createUpgradeModule } from '../modules/upgrade/index.ts';
import { createVirtualGroupModule } from '../modules/virtualgroup/index.ts';
import type { ChainState } from '../state/index.ts';
import { UpgradePlan } from '../upgrades.ts';
import type { AnteKeepers } from './ante.ts';
import { blockMessage } from './block-messages.ts';
import { Chain, type ChainDeps, type Genesis } from './chain.ts';
import { MessageRouter } from './message-router.ts';
import type { NodeIdentity } from './node-identity.ts';
import { Registry } from './registry.ts';
import { ConsensusKey, validatorOfGenesis } from './validator.ts';

/** `reference/chain-state-machine.md` §12; modules that are not named have nothing to do at the end of a block. */
const END_BLOCK_ORDER = ['gov', 'staking', 'sp', 'payment', 'permission', 'storage', 'challenge'];

export interface AppDeps extends Pick<ChainDeps, 'store' | 'upgrades' | 'onPanic'> {
  state: ChainState;
  genesis: Genesis;
  identity: () => NodeIdentity;
  /** What messages do that mirror something to another chain: be refused, or accepted to wait for ever. */
  mirror?: 'refuse' | 'queue' | undefined;
  /** Accounts whose signature is not asked for. */
  impersonated?: AnteKeepers['impersonated'];
  /** More modules, behind all others. */
  extraModules?: (keepers: AppKeepers) => readonly ChainModule[];
}

export interface AppKeepers extends AnteKeepers {
  authz: Authz['keeper'];
  sp: ReturnType<typeof createSpModule>['keeper'];
  payment: ReturnType<typeof createPaymentModule>['keeper'];
  permission: ReturnType<typeof createPermissionModule>['keeper'];
  virtualGroup: ReturnType<typeof createVirtualGroupModule>['keeper'];
  storage: StorageKeeper;
  challenge: ChallengeKeeper;
  staking: StakingKeeper;
  distribution: DistributionKeeper;
}

export function createApp(deps: AppDeps): { chain: Chain; keepers: AppKeepers } {
  const { state, genesis } = deps;
  const validator = validatorOfGenesis(genesis.app_state);
  const key = ConsensusKey.ofChain(genesis.chain_id);
  const base = baseModules(state);
  const { accounts, bank } = base.keepers;
  const router = new MessageRouter((typeUrl) => registry.handler(typeUrl));
  const authz = createAuthzModule({ state, accounts, router });
  const stake = stakeModules({ ...{ state, accounts, bank, key }, stakeGrants: authz.stakeGrants, chain: () => chain });
  const voters: VoterSet = (ctx) => stake.keepers.staking.historicalValidators(ctx);
  const consensus = createConsensusModule({ state, genesis: genesis.consensus_params });
  const gov = createGovModule({ state, bank, router, stake: stake.keepers.staking, onPanic: deps.onPanic });
  const network = networkModules(state, base.keepers, { ...authz, mirror: deps.mirror });
  const challenge = createChallengeModule({ state, bank, voters, ...network.keepers });
  const keepers: AppKeepers = {
    ...{ ...base.keepers, ...network.keepers, ...stake.keepers },
    ...{ authz: authz.keeper, challenge: challenge.keeper },
    impersonated: deps.impersonated,
  };
  const modules: ChainModule[] = [
    ...base.modules,
    ...stake.modules,
    authz.module,
    gov.module,
    consensus.module,
    createUpgradeModule(deps.upgrades ?? new UpgradePlan()).module,
    ...crosschainModules(state, bank, voters),
    ...network.modules,
    challenge.module,
    createTxModule(() => chain),
    createTendermintModule(() => chain, deps.identity),
    ...(deps.extraModules?.(keepers) ?? []),
  ];
  const registry: Registry = new Registry(modules, END_BLOCK_ORDER);
  const chain: Chain = new Chain({ ...deps, registry, keepers, key, validator, consensus: consensus.keeper });
  return { chain, keepers };
}

/** In the order in which blocks begin: rewards are shared, then the set is looked at. */
function stakeModules(deps: {
  state: ChainState;
  accounts: AnteKeepers['accounts'];
  bank: AnteKeepers['bank'];
  stakeGrants: Authz['stakeGrants'];
  key: ConsensusKey;
  chain: () => Chain;
}): { modules: ChainModule[]; keepers: { staking: StakingKeeper; distribution: DistributionKeeper } } {
  const { key, chain, accounts, stakeGrants, ...own } = deps;
  const { module, keeper: staking } = createStakingModule({
    ...{ ...own, stakeGrants },
    headerAt(height) {
      const record = chain().store.block(Number(height));
      return record && blockMessage(record.block.block).header;
    },
  });
  const distribution = createDistributionModule({ ...own, staking });
  const slashing = createSlashingModule({ ...own, staking });
  const genutil = createGenutilModule({ accounts, staking, consensusKey: key.publicKey });
  return {
    modules: [distribution.module, slashing.module, module, genutil],
    keepers: { staking, distribution: distribution.keeper },
  };
}

/** What goes to other chains, and what would come from them. */
function crosschainModules(state: ChainState, bank: AnteKeepers['bank'], relayers: VoterSet): ChainModule[] {
  const crosschain = createCrosschainModule({ state, bank });
  const bridge = createBridgeModule({ state, bank, crosschain: crosschain.keeper });
  return [crosschain.module, createOracleModule({ state, relayers }).module, bridge.module];
}

function baseModules(state: ChainState): { modules: ChainModule[]; keepers: AnteKeepers } {
  const auth = createAuthModule({ state });
  const bank = createBankModule({ state, accounts: auth.keeper });
  const gashub = createGashubModule({ state });
  const feegrant = createFeegrantModule({ state, accounts: auth.keeper });
  return {
    modules: [auth.module, bank.module, gashub.module, feegrant.module],
    keepers: { accounts: auth.keeper, bank: bank.keeper, gashub: gashub.keeper, feegrant: feegrant.keeper },
  };
}

/** The modules of storage and its payment. Providers and groups ask parameters of modules that are made after them. */
function networkModules(
  state: ChainState,
  { accounts, bank }: AnteKeepers,
  { depositGrants, mirror }: Pick<Authz, 'depositGrants'> & Pick<AppDeps, 'mirror'>,
) {
  const sp = createSpModule({ state, bank, accounts, depositGrants });
  const payment = createPaymentModule({ state, bank, accounts });
  const permission = createPermissionModule({ state });
  const virtualGroup = createVirtualGroupModule({
    ...{ state, bank, accounts, sp: sp.keeper, payment: payment.keeper },
    secondaryCount: (ctx) => chunksOf(storage.keeper.parameters.versionedAt(ctx.now)),
    isInUse: (gvgId) => storage.keeper.store.isGroupInUse(gvgId),
  });
  const storage: ReturnType<typeof createStorageModule> = createStorageModule({
    ...{ state, sp: sp.keeper, payment: payment.keeper, permission: permission.keeper },
    virtualGroup: virtualGroup.keeper,
    ...(mirror === 'queue' && {
      mirrorQueue: { charge: (ctx, payer, fee) => bank.sendToModule(ctx, payer, 'crosschain', fee) },
    }),
  });
  return {
    modules: [
      sp.module,
      countingSequences(sp.genesisModule, accounts),
      payment.module,
      permission.module,
      virtualGroup.module,
      storage.module,
    ],
    keepers: {
      sp: sp.keeper,
      payment: payment.keeper,
      permission: permission.keeper,
      virtualGroup: virtualGroup.keeper,
      storage: storage.keeper,
    },
  };
}

/** Genesis transactions count the sequence of the operator who signed them, as recorded accounts show. */
function countingSequences(module: ChainModule, accounts: AnteKeepers['accounts']): ChainModule {
  return {
    ...module,
    initGenesis(ctx, appState, plan) {
      module.initGenesis?.(ctx, appState, plan);
      for (const { body } of appState.gensp_txs ?? []) {
        for (const { creator } of body.messages) accounts.bumpSequence(creator);
      }
    },
  };
}
