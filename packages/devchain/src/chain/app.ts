/** The modules of the chain, wired to one another, in the order in which genesis and blocks run them. */
import type { ChainModule } from '../context.ts';
import { createAuthModule } from '../modules/auth/index.ts';
import { createBankModule } from '../modules/bank/index.ts';
import { createFeegrantModule } from '../modules/feegrant/index.ts';
import { createGashubModule } from '../modules/gashub/index.ts';
import { createParamsModules } from '../modules/params/index.ts';
import { createPaymentModule } from '../modules/payment/index.ts';
import { createPermissionModule } from '../modules/permission/index.ts';
import { createSpModule } from '../modules/sp/index.ts';
import { createStakingModules } from '../modules/staking/index.ts';
import { createStorageModule, type StorageKeeper } from '../modules/storage/index.ts';
import { createTendermintModule } from '../modules/tendermint/index.ts';
import { createTxModule } from '../modules/tx/index.ts';
import { createVirtualGroupModule } from '../modules/virtualgroup/index.ts';
import type { ChainState } from '../state/index.ts';
import type { AnteKeepers } from './ante.ts';
import { Chain, type ChainDeps, type Genesis } from './chain.ts';
import type { NodeIdentity } from './node-identity.ts';
import { Registry } from './registry.ts';
import { ConsensusKey, validatorOfGenesis } from './validator.ts';

/** `reference/chain-state-machine.md` §12; modules that are not named have nothing to do at the end of a block. */
const END_BLOCK_ORDER = ['gov', 'staking', 'sp', 'payment', 'permission', 'storage', 'challenge'];

export interface AppDeps extends Pick<ChainDeps, 'store' | 'upgrades' | 'onPanic'> {
  state: ChainState;
  genesis: Genesis;
  identity: () => NodeIdentity;
  /** More modules, behind all others. */
  extraModules?: (keepers: AppKeepers) => readonly ChainModule[];
}

export interface AppKeepers extends AnteKeepers {
  sp: ReturnType<typeof createSpModule>['keeper'];
  payment: ReturnType<typeof createPaymentModule>['keeper'];
  permission: ReturnType<typeof createPermissionModule>['keeper'];
  virtualGroup: ReturnType<typeof createVirtualGroupModule>['keeper'];
  storage: StorageKeeper;
}

export function createApp(deps: AppDeps): { chain: Chain; keepers: AppKeepers } {
  const { state, genesis } = deps;
  const validator = validatorOfGenesis(genesis.app_state);
  const key = ConsensusKey.ofChain(genesis.chain_id);
  const base = baseModules(state);
  const { accounts, bank } = base.keepers;
  const staking = createStakingModules({
    ...{ state, accounts, bank, validator },
    consensusKey: key.publicKey,
    genesisTime: genesis.genesis_time,
  });
  const blsKey = validator.blsKey.toString('hex');
  const network = networkModules(state, base.keepers);
  const keepers: AppKeepers = { ...base.keepers, ...network.keepers };
  const modules: ChainModule[] = [
    ...base.modules,
    ...staking,
    ...createParamsModules({ state, bank, blsKey }),
    ...network.modules,
    createTxModule(() => chain),
    createTendermintModule(() => chain, deps.identity),
    ...(deps.extraModules?.(keepers) ?? []),
  ];
  const registry = new Registry(modules, END_BLOCK_ORDER);
  const chain: Chain = new Chain({ ...deps, registry, keepers, key, validator });
  return { chain, keepers };
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
function networkModules(state: ChainState, { accounts, bank }: AnteKeepers) {
  const sp = createSpModule({ state, bank, accounts });
  const payment = createPaymentModule({ state, bank, accounts });
  const permission = createPermissionModule({ state });
  const virtualGroup = createVirtualGroupModule({
    ...{ state, bank, accounts, sp: sp.keeper, payment: payment.keeper },
    secondaryCount() {
      const { redundant_data_chunk_num, redundant_parity_chunk_num } = storage.keeper.parameters.get().versioned_params;
      return redundant_data_chunk_num + redundant_parity_chunk_num;
    },
  });
  const storage: ReturnType<typeof createStorageModule> = createStorageModule({
    ...{ state, sp: sp.keeper, payment: payment.keeper, permission: permission.keeper },
    virtualGroup: virtualGroup.keeper,
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
