/** What each message of an executed transaction gave (`reference/chain-rpc.md` §10.2). */
import type { TxResult } from './block.ts';
import type { ChainEvent } from './events.ts';
import { decode } from './proto/decode.ts';
import { messageTypeByUrl } from './proto/define.ts';
import { TxMsgData } from './proto/generated/cosmos.base.abci.v1beta1.ts';
import { type TxMessage, unpackAny } from './tx.ts';

export interface MessageResult {
  /** The `Msg…Response`; undefined when the chain gave none, or one of a type unknown here. */
  response: TxMessage | undefined;
  /** In the order in which the message emitted them. */
  events: ChainEvent[];
}

interface LogEntry {
  msg_index: number;
  events: ChainEvent[];
}

/** One entry per message of a transaction that succeeded; `count` of them. */
export function messageResults(result: Pick<TxResult, 'data' | 'log'>, count: number): MessageResult[] {
  const responses = decode(TxMsgData, result.data).msg_responses;
  const log = parsedLog(result.log);
  return Array.from({ length: count }, (_, i) => {
    const any = responses[i];
    const response = any && messageTypeByUrl(any.type_url) ? unpackAny(any) : undefined;
    return { response, events: log.find(({ msg_index }) => msg_index === i)?.events ?? [] };
  });
}

function parsedLog(log: string): LogEntry[] {
  try {
    const value: unknown = JSON.parse(log);
    return Array.isArray(value) ? (value as LogEntry[]) : [];
  } catch {
    return [];
  }
}
