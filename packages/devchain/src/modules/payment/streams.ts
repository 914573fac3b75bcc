/** Stream records, their out-flows and the queues that name records by time (`reference/chain-state-machine.md` §6.1). */
import { greenfieldPayment as payment, toChecksumAddress } from '@prairie/chain';
import type { Context, State, Table } from '../../context.ts';
import { addressKey, joinKey, u64Key } from '../../keys.ts';
import { presentCodec, textCodec } from '../../state/index.ts';
import { panic } from './errors.ts';

export type StreamRecord = payment.StreamRecord;

export const { STREAM_ACCOUNT_STATUS_ACTIVE: ACTIVE, STREAM_ACCOUNT_STATUS_FROZEN: FROZEN } =
  payment.StreamAccountStatus;
export const { OUT_FLOW_STATUS_ACTIVE: FLOW_ACTIVE, OUT_FLOW_STATUS_FROZEN: FLOW_FROZEN } = payment.OutFlowStatus;

export class StreamStore {
  readonly records: Table<StreamRecord>;
  /** Due times and accounts of records to settle, in the order of both. */
  readonly settleQueue: Table<true>;
  /** The same for records to resume. */
  readonly resumeQueue: Table<true>;
  /** Keys in the resume queue, by account. */
  private readonly resuming: Table<string>;
  private readonly flows: Table<payment.OutFlow>;

  constructor(state: State) {
    this.records = state.table('payment/streams', payment.StreamRecord);
    this.flows = state.table('payment/flows', payment.OutFlow);
    this.settleQueue = state.table('payment/settle_queue', presentCodec);
    this.resumeQueue = state.table('payment/resume_queue', presentCodec);
    this.resuming = state.table('payment/resuming', textCodec);
  }

  get(account: string): StreamRecord | undefined {
    return this.records.get(addressKey(account));
  }

  /** The record of an account, or the one it would begin with. */
  getOrNew(account: string, now: bigint): StreamRecord {
    return (
      this.get(account) ?? payment.StreamRecord.create({ account: toChecksumAddress(account), crud_timestamp: now })
    );
  }

  /** Every write is seen by indexers. @throws ChainError when a record loses money that goes nowhere */
  write(ctx: Context, record: StreamRecord): void {
    if (record.netflow_rate < 0n && record.out_flow_count === 0n) {
      throw panic(`stream record ${record.account} has netflow rate ${record.netflow_rate} and no out flow`);
    }
    this.records.set(addressKey(record.account), record);
    ctx.emitTyped(payment.EventStreamRecordUpdate, record);
  }

  flow(from: string, to: string, status: payment.OutFlowStatus): payment.OutFlow | undefined {
    return this.flows.get(flowKey(from, to, status));
  }

  /** Ordered by receiver; `status` undefined: the active ones, then the frozen ones. */
  flowsOf(from: string, status?: payment.OutFlowStatus): payment.OutFlow[] {
    const prefix = status === undefined ? joinKey(addressKey(from), '') : joinKey(addressKey(from), `${status}`, '');
    return [...this.flows.range({ prefix })].map(([, flow]) => flow);
  }

  /** Every flow, with the address key of its payer. */
  *allFlows(): IterableIterator<[string, payment.OutFlow]> {
    for (const [key, flow] of this.flows.range()) yield [key.slice(0, key.indexOf('!')), flow];
  }

  /** At most `limit` of them. */
  firstFlowsOf(from: string, status: payment.OutFlowStatus, limit: number): payment.OutFlow[] {
    const found: payment.OutFlow[] = [];
    if (limit <= 0) return found;
    for (const [, flow] of this.flows.range({ prefix: joinKey(addressKey(from), `${status}`, '') })) {
      found.push(flow);
      if (found.length >= limit) break;
    }
    return found;
  }

  /**
   * Adds `rate` to a flow; a flow of rate zero is none. Returns the change of the payer's number of flows.
   * @throws ChainError when the rate would become negative: more was taken away than there was
   */
  addToFlow(from: string, to: string, rate: bigint, status: payment.OutFlowStatus): bigint {
    const key = flowKey(from, to, status);
    const present = this.flows.get(key);
    const sum = (present?.rate ?? 0n) + rate;
    if (sum < 0n) throw panic(`flow from ${from} to ${to} would have rate ${sum}`);
    if (sum === 0n) {
      this.flows.delete(key);
      return present ? -1n : 0n;
    }
    this.flows.set(key, { to_address: toChecksumAddress(to), rate: sum, status });
    return present ? 0n : 1n;
  }

  /** Moves a record in the settle queue; time 0 is no place in it. */
  reschedule(account: string, from: bigint, to: bigint): void {
    if (from !== 0n && from !== to) this.settleQueue.delete(queueKey(from, account));
    if (to !== 0n && !this.settleQueue.has(queueKey(to, account))) this.settleQueue.set(queueKey(to, account), true);
  }

  isResuming(account: string): boolean {
    return this.resuming.has(addressKey(account));
  }

  queueResume(account: string, time: bigint): void {
    const key = queueKey(time, account);
    this.resumeQueue.set(key, true);
    this.resuming.set(addressKey(account), key);
  }

  endResume(account: string): void {
    const key = this.resuming.get(addressKey(account));
    if (key === undefined) return;
    this.resumeQueue.delete(key);
    this.resuming.delete(addressKey(account));
  }
}

export const isActive = (record: StreamRecord): boolean => record.status === ACTIVE;

const flowKey = (from: string, to: string, status: payment.OutFlowStatus): string =>
  joinKey(addressKey(from), `${status}`, addressKey(to));

const queueKey = (time: bigint, account: string): string => joinKey(u64Key(time), addressKey(account));

export function parseQueueKey(key: string): { time: bigint; account: string } {
  const [time, account] = key.split('!') as [string, string];
  return { time: BigInt(`0x${time}`), account: toChecksumAddress(account) };
}
