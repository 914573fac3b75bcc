/**
 * Whether the money of streams adds up (`reference/chain-state-machine.md` §12, step 7).
 *
 * Walks all stream records and flows, a few microseconds for each: for tests and audits on demand, not for every block
 * of a chain with many accounts.
 */
import { toChecksumAddress } from '@prairie/chain';
import { addressKey } from '../../keys.ts';
import type { PaymentKeeper } from './keeper.ts';
import { FLOW_ACTIVE, isActive, parseQueueKey, type StreamRecord } from './streams.ts';

/** What is wrong, a sentence each; none when all is sound. `now` is the block time in seconds. */
export function auditPayment(keeper: PaymentKeeper, now: bigint): string[] {
  const { owed, held, netflow } = keeper.sums(now);
  const findings: string[] = [];
  if (owed !== held) findings.push(`the payment account holds ${held} wei, its records say ${owed}`);
  if (netflow !== 0n) findings.push(`the rates of all streams add up to ${netflow} wei per second, not to 0`);
  return [...findings, ...auditFlows(keeper), ...auditQueue(keeper)];
}

/** Sums of the flows of one account. */
interface Ends {
  /** In wei per second. */
  inflow: bigint;
  outflow: bigint;
  frozen: bigint;
  /** Flows that leave, of both kinds. */
  count: bigint;
}

const NO_FLOWS: Ends = { inflow: 0n, outflow: 0n, frozen: 0n, count: 0n };

/** By address key. */
function endsOfFlows(keeper: PaymentKeeper): Map<string, Ends> {
  const ends = new Map<string, Ends>();
  const add = (key: string, change: Partial<Ends>) => {
    const sum = ends.get(key) ?? { ...NO_FLOWS };
    sum.inflow += change.inflow ?? 0n;
    sum.outflow += change.outflow ?? 0n;
    sum.frozen += change.frozen ?? 0n;
    sum.count += change.count ?? 0n;
    ends.set(key, sum);
  };
  for (const [from, { to_address, rate, status }] of keeper.streams.allFlows()) {
    if (status === FLOW_ACTIVE) add(addressKey(to_address), { inflow: rate });
    add(from, { count: 1n, ...(status === FLOW_ACTIVE ? { outflow: rate } : { frozen: rate }) });
  }
  return ends;
}

/** Every record has the rates and the number of its flows. */
function auditFlows(keeper: PaymentKeeper): string[] {
  const findings: string[] = [];
  const ends = endsOfFlows(keeper);
  for (const [key, record] of keeper.streams.records.range()) {
    findings.push(...auditRecord(record, ends.get(key) ?? NO_FLOWS));
    ends.delete(key);
  }
  for (const key of ends.keys()) findings.push(`${toChecksumAddress(key)} has flows and no stream record`);
  return findings;
}

function auditRecord(record: StreamRecord, { inflow, outflow, frozen, count }: Ends): string[] {
  const expected = [
    ['netflow rate', record.netflow_rate, inflow - outflow],
    ['frozen netflow rate', record.frozen_netflow_rate, -frozen],
    ['number of out flows', record.out_flow_count, count],
  ] as const;
  const findings = expected
    .filter(([, stored, counted]) => stored !== counted)
    .map(([what, stored, counted]) => `stream ${record.account}: ${what} ${stored}, its flows say ${counted}`);
  if (record.lock_balance < 0n) findings.push(`stream ${record.account}: locked balance ${record.lock_balance}`);
  if (record.buffer_balance < 0n) findings.push(`stream ${record.account}: buffer ${record.buffer_balance}`);
  return findings;
}

/** Whoever loses money is in the queue under the time of the record, and under no other. */
function auditQueue(keeper: PaymentKeeper): string[] {
  const { records, settleQueue } = keeper.streams;
  const findings: string[] = [];
  const queued = new Map<string, bigint>();
  for (const [key] of settleQueue.range()) {
    const { time, account } = parseQueueKey(key);
    const settle = keeper.stream(account)?.settle_timestamp;
    if (settle !== time) findings.push(`${account} is in the settle queue at ${time}, its record says ${settle}`);
    queued.set(addressKey(account), time);
  }
  for (const [key, record] of records.range()) {
    if (!isActive(record) || record.settle_timestamp === 0n || queued.has(key)) continue;
    findings.push(`${record.account} is not in the settle queue, its record says ${record.settle_timestamp}`);
  }
  return findings;
}
