/** Stake: what pools hold is what validators and those who leave them have, and rewards are covered by coins. */
import { moduleAddress } from '@prairie/chain';
import type { AppKeepers } from '../../chain/app.ts';
import type { Event } from '../../context.ts';
import { isBonded } from '../../modules/staking/validators.ts';
import { fieldOf } from '../random/observe.ts';

type Keepers = Pick<AppKeepers, 'staking' | 'distribution' | 'bank'>;

/** Rewards are decimals of so many parts of a wei. */
const PARTS = 10n ** 18n;

const ATTESTED = 'greenfield.challenge.EventAttestChallenge';
const HEARTBEAT = 'CHALLENGE_FAILED';

export class StakeLedger {
  private readonly keepers: Keepers;
  /** Tax of streams, wei: heartbeats pay it to the module of rewards, where it is nobody's (§11). */
  private taxes = 0n;

  constructor(keepers: Keepers) {
    this.keepers = keepers;
  }

  note(event: Event): void {
    if (event.type !== ATTESTED || fieldOf(event, 'result') !== HEARTBEAT) return;
    this.taxes += BigInt(String(fieldOf(event, 'validator_reward_amount')));
  }

  /** Walks all validators and delegations. */
  findings(): string[] {
    const { keepers } = this;
    return [...poolFindings(keepers), ...shareFindings(keepers), ...rewardFindings(keepers, this.taxes)];
  }
}

function poolFindings({ staking }: Keepers): string[] {
  let [bonded, notBonded] = [0n, 0n];
  for (const [, validator] of staking.validators.table.range()) {
    if (isBonded(validator)) bonded += validator.tokens;
    else notBonded += validator.tokens;
  }
  for (const [, { entries }] of staking.unbondings.pairs.table.range()) {
    for (const { balance } of entries) notBonded += balance;
  }
  const pools = [
    ['bonded_tokens_pool', bonded],
    ['not_bonded_tokens_pool', notBonded],
  ] as const;
  return pools
    .filter(([pool, expected]) => staking.pools.balance(pool) !== expected)
    .map(([pool, expected]) => `${pool} holds ${staking.pools.balance(pool)} wei, ${expected} are staked there`);
}

function shareFindings({ staking }: Keepers): string[] {
  const shares = new Map<string, bigint>();
  for (const [, delegation] of staking.delegations.table.range()) {
    const { validator_address: operator } = delegation;
    shares.set(operator, (shares.get(operator) ?? 0n) + delegation.shares);
  }
  return [...staking.validators.table.range()]
    .filter(([, { operator_address, delegator_shares }]) => delegator_shares !== (shares.get(operator_address) ?? 0n))
    .map(([, { operator_address: operator, delegator_shares }]) => {
      return `validator ${operator} has ${delegator_shares} shares, its delegators ${shares.get(operator) ?? 0n}`;
    });
}

function rewardFindings({ distribution, bank }: Keepers, taxes: bigint): string[] {
  const { store } = distribution;
  let owed = store.communityPool + taxes * PARTS;
  for (const [, outstanding] of store.outstanding.range()) owed += outstanding;
  const held = bank.balance(moduleAddress('distribution')) * PARTS;
  return held === owed ? [] : [`distribution holds ${held}, and owes ${owed}, parts of a wei`];
}
