/**
 * How votes decide: by bonded stake. A validator votes with all stake delegated to it, except what its delegators vote
 * with themselves. All amounts are decimals of 10⁻¹⁸, rounded half to even after each operation as the chain's are.
 */
import { cosmosGovV1 as gov, parseDecimal, type cosmosStakingV1beta1 as staking } from '@prairie/chain';
import { addressKey } from '../../keys.ts';
import { divide, multiply, ONE } from './decimals.ts';
import { fractionsOf } from './params.ts';

/** What voting asks of staking. */
export interface StakeView {
  bondedValidators(): Iterable<staking.Validator>;
  /** Delegations of an account, also to validators that are not bonded. */
  delegationsOf(delegator: string): Iterable<staking.Delegation>;
  /** Wei. */
  totalBonded(): bigint;
}

export interface Tally {
  passes: boolean;
  /** Whether the deposits go up in smoke. */
  burns: boolean;
  /** Wei per option. */
  result: gov.TallyResult;
}

interface Counted {
  validator: staking.Validator;
  /** Shares whose owners voted themselves. */
  deductions: bigint;
  options: readonly gov.WeightedVoteOption[];
}

const { VOTE_OPTION_YES, VOTE_OPTION_ABSTAIN, VOTE_OPTION_NO, VOTE_OPTION_NO_WITH_VETO } = gov.VoteOption;

const powerOf = ({ tokens, delegator_shares }: staking.Validator, shares: bigint): bigint =>
  divide(shares * tokens, delegator_shares);

class Count {
  readonly byOption = new Map<gov.VoteOption, bigint>();
  total = 0n;

  add(options: readonly gov.WeightedVoteOption[], power: bigint): void {
    for (const { option, weight } of options) {
      this.byOption.set(option, this.of(option) + multiply(power, parseDecimal(weight)));
    }
    this.total += power;
  }

  of(option: gov.VoteOption): bigint {
    return this.byOption.get(option) ?? 0n;
  }

  /** Fractions of a wei are dropped. */
  result(): gov.TallyResult {
    const text = (option: gov.VoteOption) => (this.of(option) / ONE).toString();
    return {
      yes_count: text(VOTE_OPTION_YES),
      abstain_count: text(VOTE_OPTION_ABSTAIN),
      no_count: text(VOTE_OPTION_NO),
      no_with_veto_count: text(VOTE_OPTION_NO_WITH_VETO),
    };
  }
}

export const EMPTY_TALLY: gov.TallyResult = new Count().result();

/** The operator's address casts the vote of a validator; its delegator's address that of the own delegation. */
export function tally(votes: Iterable<gov.Vote>, stake: StakeView, params: gov.Params): Tally {
  const count = countVotes(votes, stake);
  return { ...decide(count, stake.totalBonded(), params), result: count.result() };
}

function countVotes(votes: Iterable<gov.Vote>, stake: StakeView): Count {
  const validators = new Map<string, Counted>();
  for (const validator of stake.bondedValidators()) {
    if (validator.delegator_shares === 0n) continue;
    validators.set(addressKey(validator.operator_address), { validator, deductions: 0n, options: [] });
  }
  const count = new Count();
  for (const { voter, options } of votes) {
    const own = validators.get(addressKey(voter));
    if (own) own.options = options;
    for (const { validator_address, shares } of stake.delegationsOf(voter)) {
      const counted = validators.get(addressKey(validator_address));
      if (!counted) continue;
      counted.deductions += shares;
      count.add(options, powerOf(counted.validator, shares));
    }
  }
  for (const { validator, deductions, options } of validators.values()) {
    if (options.length > 0) count.add(options, powerOf(validator, validator.delegator_shares - deductions));
  }
  return count;
}

function decide(count: Count, bonded: bigint, params: gov.Params): { passes: boolean; burns: boolean } {
  const { quorum, threshold, vetoThreshold } = fractionsOf(params);
  const rejected = { passes: false, burns: false };
  if (bonded === 0n) return rejected;
  if (divide(count.total, bonded * ONE) < quorum) return { passes: false, burns: params.burn_vote_quorum };
  const decided = count.total - count.of(VOTE_OPTION_ABSTAIN);
  if (decided === 0n) return rejected;
  if (divide(count.of(VOTE_OPTION_NO_WITH_VETO), count.total) > vetoThreshold) {
    return { passes: false, burns: params.burn_vote_veto };
  }
  return { passes: divide(count.of(VOTE_OPTION_YES), decided) > threshold, burns: false };
}
