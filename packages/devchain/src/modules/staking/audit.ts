/** What must hold between blocks, whatever the messages were: a sentence for each thing that does not. */
import { addressKey } from '../../keys.ts';
import type { StakingKeeper } from './keeper.ts';
import { isBonded, powerOf, type Validator } from './validators.ts';

/** Walks all validators, delegations and unbondings. */
export function auditStaking(keeper: StakingKeeper): string[] {
  const validators = Array.from(keeper.validators.table.range(), ([, validator]) => validator);
  return [
    ...pools(keeper, validators),
    ...validators.flatMap((one) => shares(keeper, one)),
    ...sets(keeper, validators),
  ];
}

const sum = (values: Iterable<bigint>): bigint => [...values].reduce((total, value) => total + value, 0n);

/** Each pool has the coins of its validators, and one of them those on their way back. */
function pools(keeper: StakingKeeper, validators: readonly Validator[]): string[] {
  const tokens = (bonded: boolean) =>
    sum(validators.filter((one) => isBonded(one) === bonded).map((one) => one.tokens));
  const returning = Array.from(keeper.unbondings.pairs.table.range(), ([, { entries }]) => entries).flat();
  const expected = {
    bonded_tokens_pool: tokens(true),
    not_bonded_tokens_pool: tokens(false) + sum(returning.map(({ balance }) => balance)),
  };
  return (Object.keys(expected) as (keyof typeof expected)[])
    .filter((pool) => keeper.pools.balance(pool) !== expected[pool])
    .map((pool) => `${pool} has ${keeper.pools.balance(pool)} wei, ${expected[pool]} are at stake`);
}

function shares(keeper: StakingKeeper, { operator_address, delegator_shares, tokens, jailed }: Validator): string[] {
  const found: string[] = [];
  const delegated = sum(Array.from(keeper.delegations.ofValidator(operator_address), ([, one]) => one.shares));
  if (delegated !== delegator_shares) {
    found.push(`validator ${operator_address} has ${delegator_shares} shares, its delegators ${delegated}`);
  }
  if (tokens < 0n) found.push(`validator ${operator_address} has ${tokens} wei`);
  const listed = [...keeper.validators.byPower()].some((one) => one.operator_address === operator_address);
  if (listed === jailed) found.push(`validator ${operator_address} is ${jailed ? '' : 'not '}listed by its power`);
  return found;
}

/** Who is bonded is in the set, with the power that it has. */
function sets(keeper: StakingKeeper, validators: readonly Validator[]): string[] {
  return validators
    .filter((one) => {
      const power = keeper.validators.lastPowers.get(addressKey(one.operator_address));
      return power !== (isBonded(one) ? powerOf(one) : undefined);
    })
    .map((one) => `validator ${one.operator_address} is not in the set as its status and power say`);
}
