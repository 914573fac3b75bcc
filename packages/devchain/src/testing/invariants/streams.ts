/** Payment streams from nothing but their events: what flows out of one flows into others, and the money is there. */
import type { AppKeepers } from '../../chain/app.ts';
import type { Event } from '../../context.ts';
import { addressKey } from '../../keys.ts';
import { fieldOf } from '../random/observe.ts';

const FIELDS = ['static_balance', 'buffer_balance', 'lock_balance', 'netflow_rate', 'crud_timestamp'] as const;
type Stream = Record<(typeof FIELDS)[number], bigint>;

const UPDATE = 'greenfield.payment.EventStreamRecordUpdate';

export class StreamLedger {
  private readonly keepers: Pick<AppKeepers, 'payment' | 'bank'>;
  private readonly streams = new Map<string, Stream>();

  constructor(keepers: Pick<AppKeepers, 'payment' | 'bank'>) {
    this.keepers = keepers;
  }

  note(event: Event): void {
    if (event.type !== UPDATE) return;
    const values = FIELDS.map((name) => [name, BigInt(String(fieldOf(event, name)))]);
    this.streams.set(addressKey(String(fieldOf(event, 'account'))), Object.fromEntries(values) as Stream);
  }

  /** `now` is the time of the last block, in seconds. */
  findings(now: bigint): string[] {
    const { payment, bank } = this.keepers;
    const found: string[] = [];
    let [netflow, owed] = [0n, 0n];
    for (const stream of this.streams.values()) {
      netflow += stream.netflow_rate;
      owed += stream.static_balance + stream.buffer_balance + stream.lock_balance;
      owed += stream.netflow_rate * (now - stream.crud_timestamp);
    }
    for (const [, { amount }] of payment.delayedWithdrawals.range()) owed += amount;
    if (netflow !== 0n) found.push(`by their events, the rates of streams add up to ${netflow} wei per second`);
    const held = bank.balance(payment.moduleAddress);
    if (owed !== held) found.push(`by their events, streams have ${owed} wei; the payment account has ${held}`);
    return [...found, ...this.differences()];
  }

  private differences(): string[] {
    const { records } = this.keepers.payment.streams;
    const found: string[] = [];
    for (const [key, record] of records.range()) {
      const told = this.streams.get(key);
      const field = FIELDS.find((name) => record[name] !== told?.[name]);
      if (field)
        found.push(`stream ${record.account}: ${field} ${record[field]}, its last event says ${told?.[field]}`);
    }
    if (records.size !== this.streams.size) {
      found.push(`${records.size} stream records, events speak of ${this.streams.size}`);
    }
    return found;
  }
}
