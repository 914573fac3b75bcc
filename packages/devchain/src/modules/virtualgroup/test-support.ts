/** The recorded network's beginning: eight providers, in service, with coins. */
import { greenfieldSp } from '@prairie/chain';
import { recordedGenesis } from '../../testing/recordings.ts';
import { UpgradePlan } from '../../upgrades.ts';
import { at, paymentWorld, type World } from '../payment/test-support.ts';
import { createSpModule } from '../sp/index.ts';
import { createVirtualGroupModule } from './module.ts';

export const GENESIS_TIME = 1_795_229_865n;

export interface Market extends World {
  sp: ReturnType<typeof createSpModule>['keeper'];
  spModule: ReturnType<typeof createSpModule>['module'];
  groups: ReturnType<typeof createVirtualGroupModule>['keeper'];
  groupModule: ReturnType<typeof createVirtualGroupModule>['module'];
}

export type MarketGenesis = { ctx: ReturnType<typeof at>; market: Market };

export function recordedMarket(): MarketGenesis {
  const world = paymentWorld();
  const { state, bank, accounts } = world;
  const { module: spModule, genesisModule, keeper: sp } = createSpModule({ state, bank, accounts });
  const { module: groupModule, keeper: groups } = createVirtualGroupModule({
    ...{ state, bank, accounts, sp },
    payment: world.payment,
    secondaryCount: () => 6,
  });
  const { app_state: genesis } = recordedGenesis();
  for (const { address, coins } of genesis.bank.balances) {
    accounts.ensure(address);
    bank.endow(address, BigInt(coins[0].amount));
  }
  const ctx = at(GENESIS_TIME);
  const plan = new UpgradePlan();
  world.paymentModule.initGenesis!(ctx, genesis.payment, plan);
  spModule.initGenesis!(ctx, genesis.sp, plan);
  groupModule.initGenesis!(ctx, genesis.virtualgroup, plan);
  genesisModule.initGenesis!(ctx, genesis.gensp, plan);
  return { ctx, market: { ...world, sp, spModule, groups, groupModule } };
}

export const { STATUS_IN_SERVICE, STATUS_GRACEFUL_EXITING, STATUS_IN_MAINTENANCE } = greenfieldSp.Status;
