/** The two accounts that hold all stake: that of bonded validators, and the rest with what is on its way back. */
import type { Context } from '../../context.ts';
import { moduleAddress } from '../auth/module-accounts.ts';
import type { BankKeeper } from '../bank/keeper.ts';

export type Pool = 'bonded_tokens_pool' | 'not_bonded_tokens_pool';

export const poolOf = (bonded: boolean): Pool => (bonded ? 'bonded_tokens_pool' : 'not_bonded_tokens_pool');

/** What staking asks of the bank. */
export type PoolBank = Pick<BankKeeper, 'balance' | 'spend' | 'receive' | 'sendBetweenModules' | 'burn'>;

export class Pools {
  private readonly bank: PoolBank;

  constructor(bank: PoolBank) {
    this.bank = bank;
  }

  /** Wei. */
  balance(pool: Pool): bigint {
    return this.bank.balance(moduleAddress(pool));
  }

  /** Delegating is not a transfer: its events are those of the two balances alone. @throws ChainError sdk/5 */
  deposit(ctx: Context, delegator: string, pool: Pool, amount: bigint): void {
    this.bank.spend(ctx, delegator, amount);
    this.bank.receive(ctx, moduleAddress(pool), amount);
  }

  payOut(ctx: Context, delegator: string, amount: bigint): void {
    this.bank.spend(ctx, moduleAddress('not_bonded_tokens_pool'), amount);
    this.bank.receive(ctx, delegator, amount);
  }

  /** Nothing to do when both are the same. */
  move(ctx: Context, from: Pool, to: Pool, amount: bigint): void {
    if (from !== to) this.bank.sendBetweenModules(ctx, from, to, amount);
  }

  burn(ctx: Context, pool: Pool, amount: bigint): void {
    if (amount > 0n) this.bank.burn(ctx, pool, amount);
  }
}
