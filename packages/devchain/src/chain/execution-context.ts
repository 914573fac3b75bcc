/** The context that handlers get: one per block phase, transaction, message or query. */
import { type AnyMessage, type Init, type MessageType, typedEventAttributes } from '@prairie/chain';
import type { Context, Event, Mode } from '../context.ts';
import { type Upgrade, UpgradePlan } from '../upgrades.ts';

export interface ContextFields {
  chainId: string;
  height: bigint;
  time: { seconds: bigint; nanos: number };
  mode: Mode;
  randaoMix: Uint8Array;
  upgrades: UpgradePlan;
}

export class ExecutionContext implements Context {
  readonly chainId: string;
  readonly height: bigint;
  readonly now: bigint;
  readonly time: { seconds: bigint; nanos: number };
  readonly mode: Mode;
  readonly randaoMix: Uint8Array;
  /** What was emitted, in order. */
  readonly events: Event[] = [];
  private readonly fields: ContextFields;
  /** What a simulation emits enters no index. */
  private readonly indexed: boolean;

  constructor(fields: ContextFields) {
    this.fields = fields;
    this.chainId = fields.chainId;
    this.height = fields.height;
    this.now = fields.time.seconds;
    this.time = fields.time;
    this.mode = fields.mode;
    this.randaoMix = fields.randaoMix;
    this.indexed = fields.mode !== 'simulate';
  }

  has(upgrade: Upgrade): boolean {
    return this.fields.upgrades.isActive(upgrade, this.height);
  }

  emit(type: string, attributes: Record<string, string>): void {
    const list = Object.entries(attributes).map(([key, value]) => ({ key, value, index: this.indexed }));
    this.events.push({ type, attributes: list });
  }

  emitTyped<T>(type: MessageType<T>, value: Init<T>): void {
    const attributes = typedEventAttributes(type as MessageType, type.create(value) as AnyMessage);
    this.events.push({
      type: type.name,
      attributes: attributes.map((attribute) => ({ ...attribute, index: this.indexed })),
    });
  }

  /** The same view with an event log of its own. */
  child(): ExecutionContext {
    return new ExecutionContext(this.fields);
  }
}

/** A context without a chain, for tests of modules. */
export function testContext(fields: Partial<ContextFields> = {}): ExecutionContext {
  return new ExecutionContext({
    chainId: 'greenfield_9000-121',
    height: 1n,
    time: { seconds: 1_795_000_000n, nanos: 0 },
    mode: 'deliver',
    randaoMix: new Uint8Array(64),
    upgrades: new UpgradePlan(),
    ...fields,
  });
}
