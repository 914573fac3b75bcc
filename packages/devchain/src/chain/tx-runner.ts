/** Runs transactions in the three modes (`reference/chain-rpc.md` §10, §12). */
import { cosmosBaseAbciV1beta1 as abci, encode, type googleProtobuf } from '@prairie/chain';
import { ChainError, type Event } from '../context.ts';
import type { ChainState } from '../state/index.ts';
import { type AnteKeepers, type Gas, runAnte } from './ante.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { Registry } from './registry.ts';
import { parseTx, type Tx, type TxMessage } from './tx.ts';

export interface TxOutcome {
  code: number;
  codespace: string;
  log: string;
  /** TxMsgData. */
  data: Uint8Array;
  events: Event[];
  gas: Gas;
  responses: googleProtobuf.Any[];
  /** Weighted store accesses. */
  units: number;
}

export interface TxRunnerDeps {
  state: ChainState;
  registry: Registry;
  keepers: AnteKeepers;
  /** Told of errors that no module meant to throw. */
  onPanic?: ((error: unknown) => void) | undefined;
}

/** What Go prints for the gas of a transaction without a limit. */
const NO_GAS_LIMIT = 2n ** 64n - 1n;

export class TxRunner {
  private readonly deps: TxRunnerDeps;

  constructor(deps: TxRunnerDeps) {
    this.deps = deps;
  }

  /**
   * Runs a transaction as the context's mode says. Nothing of a failed check is left; a failed message leaves the fee
   * and the sequence; `simulate` writes too: its caller takes that back.
   */
  run(ctx: ExecutionContext, bytes: Uint8Array): TxOutcome {
    const { state } = this.deps;
    const gas: Gas = { wanted: 0n, used: 0n };
    const before = state.units;
    const done = (outcome: Partial<TxOutcome>): TxOutcome => ({
      ...{ code: 0, codespace: '', log: '', data: new Uint8Array(0), events: [], responses: [] },
      ...{ gas, units: state.units - before },
      ...outcome,
    });
    let ante: ExecutionContext;
    let tx: Tx;
    try {
      tx = parseTx(bytes, this.deps.registry);
      gas.wanted = tx.authInfo.fee?.gas_limit ?? 0n;
      ante = this.checked(ctx, tx, gas);
    } catch (error) {
      return done(this.failure(error));
    } finally {
      if (ctx.mode === 'simulate' && gas.wanted === 0n) gas.wanted = NO_GAS_LIMIT;
    }
    if (ctx.mode === 'check') return done({ log: '[]', data: dataOf([], state.units - before), events: ante.events });
    try {
      const { events, responses, log } = state.branch(() => this.runMessages(ctx, tx));
      const data = dataOf(responses, state.units - before);
      return done({ log, data, responses, events: [...ante.events, ...events] });
    } catch (error) {
      return done({ ...this.failure(error), events: ante.events });
    }
  }

  /** Validation and ante checks; the context returned holds their events. */
  private checked(ctx: ExecutionContext, tx: Tx, gas: Gas): ExecutionContext {
    for (const { handler, value } of tx.messages) handler.validateBasic?.(value);
    const ante = ctx.child();
    this.deps.state.branch(() => runAnte(ante, tx, gas, this.deps.keepers));
    return ante;
  }

  private runMessages(ctx: ExecutionContext, tx: Tx) {
    const events: Event[] = [];
    const responses: googleProtobuf.Any[] = [];
    const logs: string[] = [];
    for (const [index, message] of tx.messages.entries()) {
      const own = ctx.child();
      try {
        responses.push(runMessage(own, message));
      } catch (error) {
        throw atMessage(index, error);
      }
      events.push(...own.events);
      logs.push(messageLog(index, own.events));
    }
    return { events, responses, log: `[${logs.join(',')}]` };
  }

  private failure(error: unknown): Pick<TxOutcome, 'code' | 'codespace' | 'log'> {
    if (error instanceof ChainError) return { code: error.code, codespace: error.codespace, log: error.message };
    this.deps.onPanic?.(error);
    const text = error instanceof Error ? error.message : String(error);
    return { code: 111222, codespace: 'undefined', log: `recovered: ${text}` };
  }
}

function runMessage(ctx: ExecutionContext, { handler, value, typeUrl }: TxMessage): googleProtobuf.Any {
  const sender = handler.signers(value)[0] ?? '';
  ctx.emit('message', { action: typeUrl, sender, module: typeUrl.split('.')[1] ?? '' });
  const response = handler.handle(ctx, value) ?? {};
  return { type_url: handler.response.typeUrl, value: encode(handler.response, response) };
}

function atMessage(index: number, error: unknown): unknown {
  if (!(error instanceof ChainError)) return error;
  const text = `failed to execute message; message index: ${index}: ${error.message}`;
  return new ChainError(error.codespace, error.code, text);
}

function dataOf(responses: readonly googleProtobuf.Any[], units: number): Buffer {
  return encode(abci.TxMsgData, { msg_responses: [...responses], extra_data: unitBytes(units) });
}

/** Store units as results and blocks carry them: eight bytes, big-endian. */
export function unitBytes(units: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(units));
  return bytes;
}

const escapes = /[<>&\u2028\u2029]/g;

/** One entry of the log, as Go writes JSON. */
function messageLog(index: number, events: readonly Event[]): string {
  const plain = events.map(({ type, attributes }) => ({
    type,
    attributes: attributes.map(({ key, value }) => ({ key, value })),
  }));
  return JSON.stringify({ msg_index: index, events: plain }).replace(
    escapes,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
