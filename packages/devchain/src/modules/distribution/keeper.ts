/** Where fees go: to the community pool, to validators as commission, and to those who delegated to them. */
import { cosmosDistributionV1beta1 as distribution, toChecksumAddress } from '@prairie/chain';
import { coinText, DENOM } from '../../coins.ts';
import type { Context, State } from '../../context.ts';
import { addressKey } from '../../keys.ts';
import type { BankKeeper } from '../bank/keeper.ts';
import { ONE } from '../gov/decimals.ts';
import { StoredParams } from '../params/governed-params.ts';
import type { Hooks, Pair, StakingKeeper, Validator } from '../staking/index.ts';
import { truncated } from './dec-coins.ts';
import { distributionErrors as errors } from './errors.ts';
import { checkParams, defaultParams } from './params.ts';
import { beginDelegation, beginValidator, earnedBy, endDelegation, endPeriod, noteSlash } from './rewards.ts';
import { DistributionStore } from './store.ts';

export interface DistributionDeps {
  state: State;
  bank: Pick<BankKeeper, 'balance' | 'sendBetweenModules' | 'sendFromModule' | 'sendToModule'>;
  staking: StakingKeeper;
}

export class DistributionKeeper {
  readonly parameters: StoredParams<distribution.Params>;
  readonly store: DistributionStore;
  readonly staking: StakingKeeper;
  readonly bank: DistributionDeps['bank'];

  constructor({ state, bank, staking }: DistributionDeps) {
    const options = { defaults: defaultParams, check: checkParams };
    this.parameters = new StoredParams(state, 'distribution/params', distribution.Params, options);
    this.store = new DistributionStore(state);
    this.bank = bank;
    this.staking = staking;
    staking.addHooks(this.hooks);
  }

  /** Where rewards of an account go: to itself, unless it wants them elsewhere. */
  withdrawAddress(account: string): string {
    return this.store.withdrawAddresses.get(addressKey(account)) ?? toChecksumAddress(account);
  }

  /** What a delegation has earned up to now, in 10⁻¹⁸ wei. Ends a period. @throws ChainError distribution/5 */
  earned(ctx: Context, pair: Pair): bigint {
    return earnedBy(this, ctx, pair, endPeriod(this, pair.validator_address));
  }

  /**
   * Pays what the delegation has earned; it begins to earn anew.
   * @returns wei
   * @throws ChainError distribution/6, distribution/5
   */
  withdrawRewards(ctx: Context, pair: Pair): bigint {
    if (!this.staking.validator(pair.validator_address)) throw errors.noValidator();
    if (!this.staking.delegation(pair)) throw errors.noDelegation();
    const wei = this.settle(ctx, pair);
    beginDelegation(this, ctx, pair);
    return wei;
  }

  /** @returns wei. @throws ChainError distribution/7 */
  withdrawCommission(ctx: Context, operator: string): bigint {
    const key = addressKey(operator);
    const { wei, rest } = truncated(this.store.commission.get(key) ?? 0n);
    if (wei === 0n && rest === 0n) throw errors.noCommission();
    this.store.commission.set(key, rest);
    this.store.add(this.store.outstanding, operator, -wei * ONE);
    this.pay(ctx, operator, wei);
    ctx.emit('withdraw_commission', { amount: coinText(wei) });
    return wei;
  }

  /** @throws ChainError sdk/5 */
  fundPool(ctx: Context, depositor: string, amount: bigint): void {
    this.bank.sendToModule(ctx, depositor, 'distribution', amount);
    this.store.addToPool(amount * ONE);
  }

  /** @throws ChainError distribution/9, sdk/4 */
  spendPool(ctx: Context, recipient: string, amount: bigint): void {
    if (this.store.communityPool < amount * ONE) throw errors.poolTooSmall();
    this.store.addToPool(-amount * ONE);
    this.bank.sendFromModule(ctx, 'distribution', recipient, amount);
  }

  private pay(ctx: Context, account: string, wei: bigint): void {
    if (wei > 0n) this.bank.sendFromModule(ctx, 'distribution', this.withdrawAddress(account), wei);
  }

  /** Pays what the delegation has earned and ends it. Parts of a wei go to the community. */
  private settle(ctx: Context, pair: Pair): bigint {
    const { store } = this;
    const { validator_address: operator, delegator_address: delegator } = pair;
    const earned = this.earned(ctx, pair);
    const held = store.outstanding.get(addressKey(operator)) ?? 0n;
    const rewards = earned < held ? earned : held; // rounding could ask for more than there is
    const { wei, rest } = truncated(rewards);
    this.pay(ctx, delegator, wei);
    store.add(store.outstanding, operator, -rewards);
    store.addToPool(rest);
    endDelegation(this, pair);
    ctx.emit('withdraw_rewards', { amount: `${wei}${DENOM}`, validator: operator, delegator });
    return wei;
  }

  /** What is left of a validator belongs to the community, but for its commission. */
  private close(ctx: Context, { operator_address: operator }: Validator): void {
    const { store } = this;
    const key = addressKey(operator);
    const { wei } = truncated(store.commission.get(key) ?? 0n);
    store.addToPool((store.outstanding.get(key) ?? 0n) - wei * ONE);
    this.pay(ctx, operator, wei);
    store.forget(operator);
  }

  private get hooks(): Hooks {
    return {
      afterValidatorCreated: (_ctx, validator) => beginValidator(this, validator),
      afterValidatorRemoved: (ctx, validator) => this.close(ctx, validator),
      beforeDelegationCreated: (_ctx, pair) => void endPeriod(this, pair.validator_address),
      beforeDelegationChanged: (ctx, pair) => void this.settle(ctx, pair),
      afterDelegationChanged: (ctx, pair) => beginDelegation(this, ctx, pair),
      beforeValidatorSlashed: (ctx, validator, fraction) => noteSlash(this, ctx, validator, fraction),
    };
  }
}
