/** Messages inside messages: those of governance proposals and of `MsgExec`. */
import { type AnyMessage, encode, type googleProtobuf, unpackAny } from '@prairie/chain';
import type { Context, Event, MessageHandler } from '../context.ts';
import { sdkErrors } from '../sdk-errors.ts';

export type HandlerLookup = (typeUrl: string) => MessageHandler | undefined;

export interface RoutedMessage {
  typeUrl: string;
  value: AnyMessage;
  handler: MessageHandler;
}

/** Of messages in messages in messages: what a size limit alone would let grow to thousands. */
const MAX_DEPTH = 10;

export class MessageRouter {
  private readonly lookup: HandlerLookup;
  private depth = 0;

  /** `lookup` is asked when a message comes: modules that use a router are made before all handlers are known. */
  constructor(lookup: HandlerLookup) {
    this.lookup = lookup;
  }

  has(typeUrl: string): boolean {
    return this.lookup(typeUrl) !== undefined;
  }

  /** @throws ChainError sdk/2 for what is no message of the network, sdk/6 for a message that no module handles */
  open(any: googleProtobuf.Any): RoutedMessage {
    const value = unpacked(any);
    const handler = this.lookup(any.type_url);
    if (!handler) throw sdkErrors.unknownRequest(`unrecognized message route: ${any.type_url}`);
    return { typeUrl: any.type_url, value, handler };
  }

  /** Runs the message's stateless checks. @throws ChainError theirs; sdk/18 when messages nest too deeply */
  validate({ handler, value }: RoutedMessage): void {
    if (this.depth >= MAX_DEPTH) throw sdkErrors.invalidRequest(`messages nest deeper than ${MAX_DEPTH}`);
    this.depth++;
    try {
      handler.validateBasic?.(value);
    } finally {
      this.depth--;
    }
  }

  /** Runs the message in its signer's name, whoever signed the transaction. `data` is the encoded response. */
  run(ctx: Context, { handler, value }: RoutedMessage): { events: readonly Event[]; data: Buffer } {
    const own = ctx.child();
    const response = handler.handle(own, value) ?? {};
    return { events: own.events, data: encode(handler.response, response) };
  }
}

function unpacked(any: googleProtobuf.Any): AnyMessage {
  try {
    return unpackAny(any).value as AnyMessage;
  } catch (error) {
    throw sdkErrors.txDecode((error as Error).message);
  }
}

/** Repeats events of a child context. `more` follows the attributes of each. */
export function forward(ctx: Context, events: readonly Event[], more: Record<string, string> = {}): void {
  for (const { type, attributes } of events) {
    ctx.emit(type, { ...Object.fromEntries(attributes.map(({ key, value }) => [key, value])), ...more });
  }
}
