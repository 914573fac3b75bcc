/** The recorded exchanges between providers. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fromHeaderJson, type MessageType, type greenfieldStorage as storage } from '@prairie/chain';
import { RECEIVE_MSG_HEADER } from '@prairie/client';
import { ReceivePieceTask, type Task } from '@prairie/gfsp';
import { linesOf, readText } from '../chain/recording.ts';
import { type Exchange, headerOf } from '../http/recording.ts';

/** No step of the scenario goes with them. */
export type SpExchange = Omit<Exchange, 'step'>;

/** In the order of their arrival. Files may be gzipped; `fixtures` has the layout of `test/fixtures`. */
export function readSpExchanges(fixtures: string): SpExchange[] {
  const folder = join(fixtures, 'sp');
  const endpoints = readdirSync(folder).flatMap((file) => /^(.+)\.jsonl(\.gz)?$/.exec(file)?.[1] ?? []);
  return [...new Set(endpoints)]
    .flatMap((endpoint) =>
      linesOf<Omit<SpExchange, 'endpoint'>>(readText(join(folder, `${endpoint}.jsonl`))).map((line) => ({
        ...line,
        endpoint,
      })),
    )
    .sort((a, b) => a.time_ms - b.time_ms || a.id - b.id);
}

/** The text of a header that is JSON in hex; undefined when the exchange has no such header. */
export function headerText({ request_headers }: Pick<SpExchange, 'request_headers'>, name: string): string | undefined {
  const hex = headerOf(request_headers, name);
  return hex === undefined ? undefined : Buffer.from(hex, 'hex').toString();
}

/** The message of a header. @throws Error when the exchange has no such header */
export function taskOf<T>(type: MessageType<T>, exchange: SpExchange, name: string): T {
  const text = headerText(exchange, name);
  if (text === undefined) throw new Error(`exchange ${exchange.id} has no ${name}`);
  return fromHeaderJson(type, text);
}

/** What goes before a piece, and after all of them. */
export interface SentTask extends ReceivePieceTask {
  task: Task;
  object_info: storage.ObjectInfo;
  storage_params: storage.Params;
}

/** @throws Error when the exchange is about no piece */
export function sentTaskOf(exchange: SpExchange): SentTask {
  const { task, object_info, storage_params, ...rest } = taskOf(ReceivePieceTask, exchange, RECEIVE_MSG_HEADER);
  if (task && object_info && storage_params) return { ...rest, task, object_info, storage_params };
  throw new Error(`the message of exchange ${exchange.id} is not whole`);
}
