/** The sp module's state and what other modules ask of it. */
import { greenfieldSp as sp } from '@prairie/chain';
import type { Context, State, Table } from '../../context.ts';
import type { AccountKeeper } from '../auth/keeper.ts';
import type { BankKeeper } from '../bank/keeper.ts';
import { Maintenance } from './maintenance.ts';
import { Prices } from './prices.ts';
import { Providers, type StorageProvider } from './providers.ts';

export interface DepositGrants {
  /**
   * Spends what `granter` allowed `grantee` to deposit for a provider (authz `DepositAuthorization`).
   * @throws ChainError when there is no such grant, or it is for less
   */
  spend(ctx: Context, grant: { granter: string; grantee: string; spAddress: string; amount: bigint }): void;
}

export interface SpDeps {
  state: State;
  bank: Pick<BankKeeper, 'balance' | 'send'>;
  accounts: Pick<AccountKeeper, 'account' | 'moduleAddress'>;
  /** Left out on a chain without authz: governance may then use any funding account. */
  depositGrants?: DepositGrants;
}

/** In 10⁻¹⁸ wei per byte and second. */
export interface GlobalPrice {
  readPrice: bigint;
  primaryStorePrice: bigint;
  secondaryStorePrice: bigint;
}

const defaults: sp.Params = {
  deposit_denom: 'BNB',
  min_deposit: 10n ** 22n,
  secondary_sp_store_price_ratio: 12n * 10n ** 16n,
  num_of_historical_blocks_for_maintenance_records: 864_000n,
  maintenance_duration_quota: 21_600n,
  num_of_lockup_blocks_for_maintenance: 21_600n,
  update_global_price_interval: 0n,
  update_price_disallowed_days: 2,
};

export class SpKeeper {
  readonly moduleAddress: string;
  readonly providers: Providers;
  readonly prices: Prices;
  readonly maintenance: Maintenance;
  readonly deps: SpDeps;
  private readonly parameters: Table<sp.Params>;

  constructor(deps: SpDeps) {
    this.deps = deps;
    this.moduleAddress = deps.accounts.moduleAddress('sp');
    this.parameters = deps.state.table('sp/params', sp.Params);
    this.providers = new Providers(deps.state);
    this.prices = new Prices(deps.state);
    this.maintenance = new Maintenance(deps.state, this.providers);
  }

  params(): sp.Params {
    return this.parameters.get('') ?? defaults;
  }

  setParams(params: sp.Params): void {
    this.parameters.set('', params);
  }

  byId(id: number): StorageProvider | undefined {
    return this.providers.byId(id);
  }

  byOperator(address: string): StorageProvider | undefined {
    return this.providers.by('operator', address);
  }

  byFunding(address: string): StorageProvider | undefined {
    return this.providers.by('funding', address);
  }

  bySeal(address: string): StorageProvider | undefined {
    return this.providers.by('seal', address);
  }

  byApproval(address: string): StorageProvider | undefined {
    return this.providers.by('approval', address);
  }

  byGc(address: string): StorageProvider | undefined {
    return this.providers.by('gc', address);
  }

  /** In id order. */
  all(): StorageProvider[] {
    return this.providers.all();
  }

  /** How many providers are leaving, of their own will or not. */
  exitingCount(): number {
    return this.providers.exitingCount();
  }

  setStatus(provider: StorageProvider, status: sp.Status): void {
    this.providers.set({ ...provider, status });
  }

  /** Writes what changed of a provider, such as its deposit after a slash. */
  set(provider: StorageProvider): void {
    this.providers.set(provider);
  }

  /** Pays the deposit out and forgets the provider. */
  remove(ctx: Context, provider: StorageProvider, payee: string): void {
    this.deps.bank.send(ctx, this.moduleAddress, payee, provider.total_deposit);
    this.providers.delete(provider);
    this.prices.delete(provider.id);
    this.maintenance.delete(provider.id);
  }

  /** Prices that were set before second `timestamp`. @throws ChainError (plain) when there are none */
  globalPriceAt(timestamp: bigint): GlobalPrice {
    const price = this.prices.globalAt(timestamp);
    return {
      readPrice: price.read_price,
      primaryStorePrice: price.primary_store_price,
      secondaryStorePrice: price.secondary_store_price,
    };
  }

  /** Both jobs see the clock of the block; the price comes second (§12). */
  endBlock(ctx: Context): void {
    const params = this.params();
    this.maintenance.endBlock(ctx, params);
    this.prices.updateGlobal(ctx, () => this.all(), params);
  }
}
