/** A selection of what a real network recorded: transactions, typed events, block headers, query answers. */
import { readFileSync } from 'node:fs';
import type { ChainEvent } from '../events.ts';
import type { RpcHeader } from '../rpc.ts';

/** The network's chain id. */
export const RECORDED_CHAIN = 'greenfield_9000-121';

interface Kinds {
  transaction: { account: string; account_number: number; domain: string; tx: string };
  event: ChainEvent;
  header: { hash: string; header: RpcHeader };
  /** Protobuf answers by message name, base64. */
  response: { type: string; value: string };
}

const lines = readFileSync(new URL('./recordings.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as { kind: keyof Kinds });

export function recorded<K extends keyof Kinds>(kind: K): Kinds[K][] {
  return lines.filter((line) => line.kind === kind) as unknown as Kinds[K][];
}
