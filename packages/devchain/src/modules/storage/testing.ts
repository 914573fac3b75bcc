/** The storage module with its real neighbours, for tests: no blocks, no signatures, prices that stand still. */
import { type AnyMessage, decode, encode, type greenfieldSp, type Init, type MessageType } from '@prairie/chain';
import { type ContextFields, ExecutionContext } from '../../chain/execution-context.ts';
import { type ChainModule, type Event, plainError } from '../../context.ts';
import { ChainState } from '../../state/index.ts';
import { UpgradePlan } from '../../upgrades.ts';
import { AccountKeeper } from '../auth/keeper.ts';
import { BankKeeper } from '../bank/keeper.ts';
import { createPaymentModule, type PaymentKeeper } from '../payment/index.ts';
import { createPermissionModule, type PermissionKeeper } from '../permission/index.ts';
import { type GlobalPrice, type SpDeps, SpKeeper } from '../sp/keeper.ts';
import { createVirtualGroupModule, type VirtualGroupKeeper } from '../virtualgroup/index.ts';
import { createStorageModule, type StorageDependencies, type StorageKeeper } from './index.ts';

const ONE = 10n ** 18n;

/** Prices of the recorded network, in 10⁻¹⁸ wei per byte and second. */
export const RECORDED_PRICE: GlobalPrice = {
  readPrice: 100n * ONE,
  primaryStorePrice: 10_000n * ONE,
  secondaryStorePrice: 1_200n * ONE,
};

/** Prices by the second from which they hold. */
class SettablePrices extends SpKeeper {
  readonly history: [bigint, GlobalPrice][] = [[0n, RECORDED_PRICE]];

  override globalPriceAt(timestamp: bigint): GlobalPrice {
    const entry = this.history.findLast(([since]) => since < timestamp);
    if (!entry) throw plainError(`no price found before ${timestamp}`);
    return entry[1];
  }
}

export interface Result {
  response: AnyMessage;
  events: Event[];
}

export class TestChain {
  readonly state = new ChainState();
  readonly accounts = new AccountKeeper(this.state);
  readonly bank = new BankKeeper(this.state, { accounts: this.accounts });
  readonly sp: SettablePrices;
  readonly payment: PaymentKeeper;
  readonly permission: PermissionKeeper;
  readonly virtualGroup: VirtualGroupKeeper;
  readonly storage: StorageKeeper;
  readonly modules: ChainModule[];
  time = { seconds: 1_795_000_000n, nanos: 0 };
  height = 1n;

  constructor(options: Pick<StorageDependencies, 'mirrorQueue'> = {}) {
    const { state, accounts, bank } = this;
    const deps: SpDeps = { state, accounts, bank };
    this.sp = new SettablePrices(deps);
    const payment = createPaymentModule({ state, accounts, bank });
    const permission = createPermissionModule({ state });
    const virtualGroup = createVirtualGroupModule({
      state,
      bank,
      accounts,
      sp: this.sp,
      payment: payment.keeper,
      secondaryCount: () => 6,
      isInUse: (gvgId) => this.storage.store.isGroupInUse(gvgId),
    });
    const storage = createStorageModule({
      state,
      sp: this.sp,
      payment: payment.keeper,
      permission: permission.keeper,
      virtualGroup: virtualGroup.keeper,
      ...options,
    });
    this.payment = payment.keeper;
    this.permission = permission.keeper;
    this.virtualGroup = virtualGroup.keeper;
    this.storage = storage.keeper;
    // in the order in which their end blocks run
    this.modules = [payment.module, permission.module, storage.module, virtualGroup.module];
  }

  initGenesis(appStates: Record<string, AnyMessage>): void {
    for (const module of this.modules) module.initGenesis?.(this.context(), appStates[module.name]!, new UpgradePlan());
  }

  addProvider(provider: greenfieldSp.StorageProvider): void {
    this.sp.set(provider);
    this.fund(provider.funding_address);
  }

  /** Makes an account that can pay for anything. */
  fund(address: string, amount = 10n ** 30n): void {
    this.accounts.ensure(address);
    this.bank.endow(address, amount);
  }

  context(fields: Partial<ContextFields> = {}): ExecutionContext {
    return new ExecutionContext({
      chainId: 'greenfield_9000-121',
      height: this.height,
      time: this.time,
      mode: 'deliver',
      randaoMix: new Uint8Array(64),
      upgrades: new UpgradePlan(),
      ...fields,
    });
  }

  /** Runs one message as a transaction would. @throws what its handler throws, with everything it wrote taken back */
  run<M>(type: MessageType<M>, value: Init<M>, fields: Partial<ContextFields> = {}): Result {
    const handler = this.modules.flatMap((m) => m.messages).find((h) => h.type.name === type.name);
    if (!handler) throw new Error(`no handler for ${type.name}`);
    const ctx = this.context(fields);
    // through the wire, as a handler gets it
    const msg = decode(handler.type, encode(type, value));
    const response = this.state.branch(() => {
      handler.validateBasic?.(msg);
      return handler.handle(ctx, msg);
    });
    return { response: response ?? {}, events: ctx.events };
  }

  query(path: string, request: Uint8Array): Buffer {
    const handler = this.modules.map((m) => m.queries[path]).find((q) => q !== undefined);
    if (!handler) throw new Error(`no handler for ${path}`);
    return encode(handler.response, handler.handle(this.context(), decode(handler.request, request)));
  }

  beginBlock(): void {
    for (const module of this.modules) module.beginBlock?.(this.context());
  }

  endBlock(): Event[] {
    const ctx = this.context();
    for (const module of this.modules) module.endBlock?.(ctx);
    return ctx.events;
  }

  /** Ends the block and begins the next one, some seconds later. */
  nextBlock(seconds = 1n): Event[] {
    const events = this.endBlock();
    this.time = { seconds: this.time.seconds + seconds, nanos: 0 };
    this.height++;
    this.beginBlock();
    return events;
  }
}
