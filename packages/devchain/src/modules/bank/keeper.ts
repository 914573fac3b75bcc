/** Balances of the one denomination, and their movements with the events that indexers read. */
import { addressBytes, cosmosBankV1beta1 as bank, toChecksumAddress } from '@prairie/chain';
import { coinText, DENOM } from '../../coins.ts';
import type { Context, State, Table } from '../../context.ts';
import { addressKey } from '../../keys.ts';
import { sdkErrors } from '../../sdk-errors.ts';
import { bigintCodec } from '../../state/codecs.ts';
import type { AccountKeeper } from '../auth/keeper.ts';
import { MODULE_ACCOUNTS, type ModuleName } from '../auth/module-accounts.ts';
import { SendEnabled } from './send-enabled.ts';

/** Why an address may not receive coins of users, or undefined when it may. */
export type ReceiverCheck = (ctx: Context, address: string) => string | undefined;

export class BankKeeper {
  private readonly accounts: AccountKeeper;
  private readonly balances: Table<bigint>;
  private readonly totals: Table<bigint>;
  private readonly denoms: Table<bank.Metadata>;
  private readonly receiverChecks: ReceiverCheck[] = [];
  /** Whether users may send coins. */
  readonly sends: SendEnabled;

  constructor(state: State, deps: { accounts: AccountKeeper }) {
    this.accounts = deps.accounts;
    this.balances = state.table('bank/balances', bigintCodec);
    this.totals = state.table('bank/supply', bigintCodec);
    this.sends = new SendEnabled(state);
    this.denoms = state.table('bank/denoms', bank.Metadata);
  }

  metadata(denom: string): bank.Metadata | undefined {
    return this.denoms.get(denom);
  }

  setMetadata(metadata: bank.Metadata): void {
    this.denoms.set(metadata.base, metadata);
  }

  /** In wei; zero for an address that never had any. */
  balance(address: string): bigint {
    return this.balances.get(addressKey(address)) ?? 0n;
  }

  /** All that was ever minted and not burnt, in wei. */
  get supply(): bigint {
    return this.totals.get(DENOM) ?? 0n;
  }

  /** Addresses with coins, in address order: `[key, wei]`. */
  owners(options: { from?: string; reverse?: boolean } = {}): IterableIterator<[string, bigint]> {
    return this.balances.range(options);
  }

  /**
   * Moves coins, whoever the two are, and makes the receiver an account. No coins at all still leave their events.
   * @throws ChainError sdk/5 when the balance of `from` is smaller
   */
  send(ctx: Context, from: string, to: string, amount: bigint): void {
    this.spend(ctx, from, amount);
    this.receive(ctx, to, amount);
    this.accounts.ensure(to);
    const sender = toChecksumAddress(from);
    ctx.emit('transfer', { recipient: toChecksumAddress(to), sender, amount: coinText(amount) });
    ctx.emit('message', { sender });
  }

  sendToModule(ctx: Context, from: string, to: ModuleName, amount: bigint): void {
    this.send(ctx, from, this.accounts.moduleAddress(to), amount);
  }

  /** @throws ChainError sdk/4 when `to` is a module account that refuses coins */
  sendFromModule(ctx: Context, from: ModuleName, to: string, amount: bigint): void {
    this.checkNotBlocked(to);
    this.send(ctx, this.accounts.moduleAddress(from), to, amount);
  }

  sendBetweenModules(ctx: Context, from: ModuleName, to: ModuleName, amount: bigint): void {
    this.send(ctx, this.accounts.moduleAddress(from), this.accounts.moduleAddress(to), amount);
  }

  /** New coins for a module. */
  mint(ctx: Context, module: ModuleName, amount: bigint): void {
    const minter = this.accounts.moduleAddress(module);
    this.receive(ctx, minter, amount);
    this.totals.set(DENOM, this.supply + amount);
    ctx.emit('coinbase', { minter, amount: coinText(amount) });
  }

  /** Takes coins of a module out of the world. @throws ChainError sdk/5 */
  burn(ctx: Context, module: ModuleName, amount: bigint): void {
    const burner = this.accounts.moduleAddress(module);
    this.spend(ctx, burner, amount);
    this.totals.set(DENOM, this.supply - amount);
    ctx.emit('burn', { burner, amount: coinText(amount) });
  }

  /** Coins of a genesis file: no events, the supply follows. */
  endow(address: string, amount: bigint): void {
    this.write(address, this.balance(address) + amount);
    this.totals.set(DENOM, this.supply + amount);
  }

  /** Another reason to refuse coins that users send: the payment module refuses them for its accounts. */
  addReceiverCheck(check: ReceiverCheck): void {
    this.receiverChecks.push(check);
  }

  /** What MsgSend and MsgMultiSend ask before they move coins. @throws ChainError sdk/4 */
  checkReceiver(ctx: Context, to: string): void {
    this.checkNotBlocked(to);
    for (const check of this.receiverChecks) {
      const refusal = check(ctx, to);
      if (refusal !== undefined) throw sdkErrors.unauthorized(refusal);
    }
  }

  /** One side of a movement: the `coin_spent` half. */
  spend(ctx: Context, from: string, amount: bigint): void {
    const balance = this.balance(from);
    if (balance < amount) {
      throw sdkErrors.insufficientFunds(`spendable balance ${balance}${DENOM} is smaller than ${amount}${DENOM}`);
    }
    this.write(from, balance - amount);
    ctx.emit('coin_spent', { spender: toChecksumAddress(from), amount: coinText(amount) });
  }

  /** The `coin_received` half. */
  receive(ctx: Context, to: string, amount: bigint): void {
    this.write(to, this.balance(to) + amount);
    ctx.emit('coin_received', { receiver: toChecksumAddress(to), amount: coinText(amount) });
  }

  private checkNotBlocked(to: string): void {
    const module = this.accounts.moduleOf(to);
    if (module && !MODULE_ACCOUNTS[module].receives) {
      throw sdkErrors.unauthorized(`${toChecksumAddress(to)} is not allowed to receive funds`);
    }
  }

  private write(address: string, amount: bigint): void {
    const key = addressKey(address);
    if (key.length !== 40) addressBytes(address);
    if (amount === 0n) this.balances.delete(key);
    else this.balances.set(key, amount);
  }
}
