/** Who has which coins, from nothing but genesis and events: no coin moves, appears or vanishes without one. */
import type { Event } from '../../context.ts';
import { addressKey } from '../../keys.ts';
import type { BankKeeper } from '../../modules/bank/keeper.ts';

/** Events by which coins come, go, are made and are destroyed, with the attribute that names whose they are. */
const MOVES: Readonly<Record<string, { of: string; sign: bigint }>> = {
  coin_received: { of: 'receiver', sign: 1n },
  coin_spent: { of: 'spender', sign: -1n },
};
/** Received or spent as well: these say only that the total changed. */
const TOTALS: Readonly<Record<string, bigint>> = { coinbase: 1n, burn: -1n };

export class CoinLedger {
  private readonly bank: BankKeeper;
  private readonly balances: Map<string, bigint>;
  private supply: bigint;

  /** Begins with what the accounts have now. */
  constructor(bank: BankKeeper) {
    this.bank = bank;
    this.balances = new Map(bank.owners());
    this.supply = bank.supply;
  }

  note(event: Event): void {
    const move = MOVES[event.type];
    if (move) {
      const key = addressKey(textOf(event, move.of));
      this.balances.set(key, (this.balances.get(key) ?? 0n) + move.sign * amountOf(event));
    }
    const sign = TOTALS[event.type];
    if (sign) this.supply += sign * amountOf(event);
  }

  findings(): string[] {
    const found: string[] = [];
    let total = 0n;
    for (const [key, balance] of this.bank.owners()) {
      total += balance;
      const expected = this.balances.get(key) ?? 0n;
      if (balance !== expected) found.push(`account ${key} has ${balance} wei, by its events it has ${expected}`);
    }
    for (const [key, expected] of this.balances) {
      if (expected !== 0n && this.bank.balance(key) === 0n)
        found.push(`account ${key} has nothing, not ${expected} wei`);
    }
    if (total !== this.bank.supply) found.push(`accounts have ${total} wei, the supply is ${this.bank.supply}`);
    if (this.supply !== this.bank.supply) {
      found.push(`the supply is ${this.bank.supply} wei, by what was minted and burnt it is ${this.supply}`);
    }
    return found;
  }
}

const textOf = (event: Event, key: string): string => event.attributes.find((one) => one.key === key)?.value ?? '';

/** `123BNB`, or the empty text for none. */
const amountOf = (event: Event): bigint => BigInt(/^\d*/.exec(textOf(event, 'amount'))![0] || 0);
