/** The staking module's state and what other modules ask of it. */
import { cosmosStakingV1beta1 as staking } from '@prairie/chain';
import type { Context, State, Table } from '../../context.ts';
import { bigintCodec } from '../../state/codecs.ts';
import { StoredParams } from '../params/governed-params.ts';
import { type Pair, PairTable } from './delegations.ts';
import { ValidatorHistory } from './history.ts';
import { HookList, type Hooks } from './hooks.ts';
import { checkParams, defaultParams } from './params.ts';
import { type PoolBank, Pools } from './pools.ts';
import { Redelegations } from './redelegations.ts';
import { type Infraction, slash } from './slash.ts';
import { Unbondings } from './unbondings.ts';
import { isBonded, powerOf, type Validator, Validators } from './validators.ts';

export interface StakingDeps {
  state: State;
  bank: PoolBank;
}

export class StakingKeeper {
  readonly parameters: StoredParams<staking.Params>;
  readonly validators: Validators;
  readonly delegations: PairTable<staking.Delegation>;
  readonly unbondings: Unbondings;
  readonly redelegations: Redelegations;
  readonly history: ValidatorHistory;
  readonly pools: Pools;
  readonly hooks = new HookList();
  private readonly counters: Table<bigint>;

  constructor({ state, bank }: StakingDeps) {
    const options = { defaults: defaultParams, check: checkParams };
    this.parameters = new StoredParams(state, 'staking/params', staking.Params, options);
    this.validators = new Validators(state);
    this.delegations = new PairTable(state, 'staking/delegations', staking.Delegation);
    this.unbondings = new Unbondings(state);
    this.redelegations = new Redelegations(state);
    this.history = new ValidatorHistory(state);
    this.pools = new Pools(bank);
    this.counters = state.table('staking/counters', bigintCodec);
  }

  /** Tells another module of what happens to validators and delegations. */
  addHooks(hooks: Hooks): void {
    this.hooks.add(hooks);
  }

  params(): staking.Params {
    return this.parameters.get();
  }

  validator(operator: string): Validator | undefined {
    return this.validators.get(operator);
  }

  /** `address` is that of the consensus key, as hex with or without `0x`. */
  validatorByConsensusAddress(address: string): Validator | undefined {
    return this.validators.by('consensus', address);
  }

  /** By power; of equal power, by operator. */
  *bondedValidators(): IterableIterator<Validator> {
    let left = this.params().max_validators;
    for (const validator of this.validators.byPower()) {
      if (left-- === 0) return;
      if (isBonded(validator)) yield validator;
    }
  }

  /** Also to validators that are not bonded. */
  *delegationsOf(delegator: string): IterableIterator<staking.Delegation> {
    for (const [, delegation] of this.delegations.ofDelegator(delegator)) yield delegation;
  }

  delegation(pair: Pair): staking.Delegation | undefined {
    return this.delegations.get(pair);
  }

  /** Wei with bonded validators. */
  totalBonded(): bigint {
    return this.pools.balance('bonded_tokens_pool');
  }

  /** The set that this block began with, by power, then by consensus address: the order in which votes count it. */
  historicalValidators({ height }: Pick<Context, 'height'>): readonly Validator[] {
    return this.history.at(height);
  }

  /**
   * Whose votes the commit in this block's header has, with their power. A set signs from the second block after the
   * one at whose end it came to be, and a block carries the votes for the one before it.
   */
  votes({ height }: Pick<Context, 'height'>): { validator: Validator; power: bigint }[] {
    if (height < 2n) return [];
    const set = this.history.at(height > 2n ? height - 2n : 1n);
    return set.map((validator) => ({ validator, power: powerOf(validator) }));
  }

  /** Takes the validator out of the set at the end of this block. Nothing to do when it is jailed already. */
  jail(operator: string): void {
    const validator = this.validators.get(operator);
    if (validator && !validator.jailed) this.validators.set({ ...validator, jailed: true });
  }

  /** It is in the set again at the end of this block, if its power is enough. */
  unjail(operator: string): void {
    const validator = this.validators.get(operator);
    if (validator?.jailed) this.validators.set({ ...validator, jailed: false });
  }

  /** @see slash */
  slash(ctx: Context, infraction: Infraction): bigint {
    return slash(this, ctx, infraction);
  }

  /** Every unbonding and redelegation has a number. */
  nextUnbondingId(): bigint {
    const id = (this.counters.get('unbonding') ?? 0n) + 1n;
    this.counters.set('unbonding', id);
    return id;
  }
}
