/** A chain's state with bank and payment alone, for tests of what builds on them. */
import { type MessageType, type greenfieldPayment as payment, toChecksumAddress } from '@prairie/chain';
import { type ExecutionContext, testContext } from '../../chain/execution-context.ts';
import type { Context, Event, MessageHandler } from '../../context.ts';
import { ChainState } from '../../state/index.ts';
import { UPGRADES, type Upgrade, UpgradePlan } from '../../upgrades.ts';
import { AccountKeeper } from '../auth/keeper.ts';
import { BankKeeper } from '../bank/keeper.ts';
import { createPaymentModule } from './module.ts';

/** Address with all bytes the same. */
export const address = (byte: number): string => toChecksumAddress(Buffer.alloc(20, byte));

export const localParams: payment.Params = {
  versioned_params: { reserve_time: 60n, validator_tax_rate: 10n ** 16n },
  payment_account_count_limit: 3n,
  forced_settle_time: 30n,
  max_auto_settle_flow_count: 100n,
  max_auto_resume_flow_count: 100n,
  fee_denom: 'BNB',
  withdraw_time_lock_threshold: 10n ** 20n,
  withdraw_time_lock_duration: 86_400n,
};

/** The clock of a new world. */
export const START = 1_795_000_000n;

export interface World {
  state: ChainState;
  accounts: AccountKeeper;
  bank: BankKeeper;
  payment: ReturnType<typeof createPaymentModule>['keeper'];
  paymentModule: ReturnType<typeof createPaymentModule>['module'];
}

export function paymentWorld(params: Partial<payment.Params> = {}): World {
  const state = new ChainState();
  const accounts = new AccountKeeper(state);
  const bank = new BankKeeper(state, { accounts });
  const { module, keeper } = createPaymentModule({ state, bank, accounts });
  keeper.setParams(at(START - 10n), { ...localParams, ...params });
  return { state, accounts, bank, payment: keeper, paymentModule: module };
}

export function at(now: bigint, fields: Parameters<typeof testContext>[0] = {}): ExecutionContext {
  return testContext({ time: { seconds: now, nanos: 0 }, ...fields });
}

/** The fields of a context whose chain has all upgrades before this one, and not this one. */
export function before(upgrade: Upgrade): { upgrades: UpgradePlan } {
  const earlier = UPGRADES.slice(0, UPGRADES.indexOf(upgrade));
  return { upgrades: new UpgradePlan(Object.fromEntries(earlier.map((name) => [name, 0]))) };
}

/** Makes the address an account with coins. */
export function fund({ accounts, bank }: Pick<World, 'accounts' | 'bank'>, owner: string, amount: bigint): void {
  accounts.ensure(owner);
  bank.endow(owner, amount);
}

/** Checks and runs a message as a transaction does; everything is taken back when it fails. */
export function deliver<M>(
  world: { state: ChainState },
  handlers: readonly MessageHandler[],
  ctx: Context,
  type: MessageType<M>,
  msg: Partial<M>,
): void {
  const handler = handlers.find((candidate) => candidate.type === (type as unknown as MessageType))!;
  const whole = type.create(msg as never) as never;
  handler.validateBasic?.(whole);
  world.state.branch(() => handler.handle(ctx, whole));
}

/** Bare attribute text by name. */
export const attributesOf = (event: Event): Record<string, string> =>
  Object.fromEntries(event.attributes.map(({ key, value }) => [key, value]));

export const eventNames = (ctx: ExecutionContext): string[] =>
  ctx.events.map((event) => event.type.replace(/^greenfield\.\w+\./, ''));

/** Error fields that a client sees. */
export const chainError = (codespace: string, code: number, message?: RegExp) => ({
  name: 'ChainError',
  codespace,
  code,
  ...(message && { message }),
});
