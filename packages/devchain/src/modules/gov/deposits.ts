/** Deposits: what makes a proposal be voted on, and what its authors may lose. */
import { type cosmosBaseV1beta1, type googleProtobuf, cosmosGovV1 as gov, toChecksumAddress } from '@prairie/chain';
import { coin, coinsText, coinText, DENOM } from '../../coins.ts';
import type { Context } from '../../context.ts';
import { sdkErrors } from '../../sdk-errors.ts';
import type { BankKeeper } from '../bank/index.ts';
import { multiply } from './decimals.ts';
import { govErrors } from './errors.ts';
import { fractionsOf, minDepositOf } from './params.ts';
import type { GovStore } from './store.ts';

const { PROPOSAL_STATUS_DEPOSIT_PERIOD, PROPOSAL_STATUS_VOTING_PERIOD } = gov.ProposalStatus;

type Coins = readonly cosmosBaseV1beta1.Coin[];
type Time = googleProtobuf.Timestamp;

/** No coins at all are allowed: a proposal may wait for the deposits of others. @throws ChainError sdk/10 */
export function checkDeposit(coins: Coins): void {
  const valid = coins.length <= 1 && coins.every(({ denom, amount }) => denom !== '' && amount >= 0n);
  if (!valid) throw sdkErrors.invalidCoins(coinsText(coins));
}

/** Wei. @throws ChainError sdk/5 for a denomination that nobody has */
function depositOf(coins: Coins): bigint {
  const [first] = coins;
  if (!first || first.amount === 0n) return 0n;
  if (first.denom === DENOM) return first.amount;
  throw sdkErrors.insufficientFunds(`spendable balance  is smaller than ${coinsText(coins)}`);
}

const coinsOf = (amount: bigint): cosmosBaseV1beta1.Coin[] => (amount === 0n ? [] : [coin(amount)]);

export function later(time: Time, by: googleProtobuf.Duration | undefined): Time {
  const nanos = time.nanos + (by?.nanos ?? 0);
  return { seconds: time.seconds + (by?.seconds ?? 0n) + BigInt(Math.floor(nanos / 1e9)), nanos: nanos % 1e9 };
}

export class Deposits {
  private readonly store: GovStore;
  private readonly bank: BankKeeper;

  constructor(deps: { store: GovStore; bank: BankKeeper }) {
    this.store = deps.store;
    this.bank = deps.bank;
  }

  /** @throws ChainError gov/16 when a proposal begins with too little */
  checkInitial(coins: Coins): void {
    const { params } = this.store;
    const ratio = fractionsOf(params).minInitialDepositRatio;
    if (ratio === 0n) return;
    const needed = multiply(minDepositOf(params), ratio);
    const given = depositOf(coins);
    if (given < needed) throw govErrors.depositTooSmall(`was (${coinText(given)}), need (${coinText(needed)})`);
  }

  /**
   * Takes a deposit, and begins the vote when it is enough.
   * @returns whether this deposit began the vote
   * @throws ChainError gov/2, gov/3, sdk/5
   */
  add(ctx: Context, id: bigint, depositor: string, coins: Coins): boolean {
    const proposal = this.store.proposal(id);
    if (!proposal) throw govErrors.unknownProposal(String(id));
    const waits = proposal.status === PROPOSAL_STATUS_DEPOSIT_PERIOD;
    if (!waits && proposal.status !== PROPOSAL_STATUS_VOTING_PERIOD) throw govErrors.inactiveProposal(String(id));
    const amount = depositOf(coins);
    this.bank.sendToModule(ctx, depositor, 'gov', amount);
    const total = depositOf(proposal.total_deposit) + amount;
    const activates = waits && total >= minDepositOf(this.store.params);
    const funded = { ...proposal, total_deposit: coinsOf(total) };
    if (activates) this.activate(ctx, funded);
    else this.store.setProposal(funded);
    const before = depositOf(this.store.deposit(id, depositor)?.amount ?? []);
    ctx.emit('proposal_deposit', { amount: coinText(amount), proposal_id: String(id) });
    this.store.setDeposit({
      proposal_id: id,
      depositor: toChecksumAddress(depositor),
      amount: coinsOf(before + amount),
    });
    return activates;
  }

  /** Gives every depositor back what was deposited. */
  refund(ctx: Context, id: bigint): void {
    for (const [, deposit] of this.store.listDeposits(id)) {
      this.bank.sendFromModule(ctx, 'gov', deposit.depositor, depositOf(deposit.amount));
      this.store.removeDeposit(deposit);
    }
  }

  burn(ctx: Context, id: bigint): void {
    for (const [, deposit] of this.store.listDeposits(id)) {
      this.bank.burn(ctx, 'gov', depositOf(deposit.amount));
      this.store.removeDeposit(deposit);
    }
  }

  private activate(ctx: Context, proposal: gov.Proposal): void {
    const voting_end_time = later(ctx.time, this.store.params.voting_period);
    if (proposal.deposit_end_time) this.store.inactive.remove(proposal.id, proposal.deposit_end_time);
    this.store.active.add(proposal.id, voting_end_time);
    this.store.setProposal({
      ...proposal,
      status: PROPOSAL_STATUS_VOTING_PERIOD,
      voting_start_time: ctx.time,
      voting_end_time,
    });
  }
}
