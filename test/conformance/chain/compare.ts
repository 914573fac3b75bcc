/** Results of blocks and transactions against recorded ones. */
import { isDeepStrictEqual } from 'node:util';
import { cosmosBaseAbciV1beta1 as abci, decode } from '@prairie/chain';
import type { BlockRecord, Event } from '@prairie/devchain';

type Results = BlockRecord['results'];
type TxResult = NonNullable<Results['txs_results']>[number];

/** What differs first, or undefined. */
export function txMismatches(ours: TxResult, recorded: TxResult): string | undefined {
  for (const field of ['code', 'codespace', 'log', 'gas_wanted', 'gas_used'] as const) {
    if (ours[field] !== recorded[field]) return difference(field, ours[field], recorded[field]);
  }
  const responses = difference('responses', responsesOf(ours), responsesOf(recorded));
  return responses ?? eventMismatch(ours.events, recorded.events);
}

/** The begin's and the end's first difference. */
export function blockMismatches(ours: Results, recorded: Results): [string | undefined, string | undefined] {
  return [
    eventMismatch(ours.begin_block_events, recorded.begin_block_events),
    eventMismatch(ours.end_block_events, recorded.end_block_events),
  ];
}

export function eventMismatch(ours: readonly Event[] | null, recorded: readonly Event[] | null): string | undefined {
  const [a, b] = [ours ?? [], recorded ?? []];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const found = difference(`event ${i}`, a[i] && shown(a[i]!), b[i] && shown(b[i]!));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Where two values differ first, and how. */
export function difference(what: string, ours: unknown, recorded: unknown): string | undefined {
  if (isDeepStrictEqual(ours, recorded)) return undefined;
  if (isTree(ours) && isTree(recorded)) {
    for (const key of new Set([...Object.keys(recorded), ...Object.keys(ours)])) {
      const found = difference(`${what}.${key}`, ours[key], recorded[key]);
      if (found !== undefined) return found;
    }
  }
  return `${what}: expected ${text(recorded)}, got ${text(ours)}`;
}

const isTree = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !(value instanceof Uint8Array);

/** Type and attributes in order. */
const shown = ({ type, attributes }: Event): unknown[] => [
  type,
  ...attributes.map(({ key, value, index }) => `${key}=${value}${index ? '' : ' (not indexed)'}`),
];

/** Messages' answers; the store units beside them are the node's own (`reference/chain-rpc.md` §10.2). */
function responsesOf({ data }: TxResult): string[] {
  if (data === null) return [];
  const { msg_responses } = decode(abci.TxMsgData, Buffer.from(data, 'base64'));
  return msg_responses.map(({ type_url, value }) => `${type_url} ${Buffer.from(value).toString('hex')}`);
}

function text(value: unknown): string {
  const full = JSON.stringify(value, (_, item) => {
    if (typeof item === 'bigint') return item.toString();
    return item instanceof Uint8Array ? Buffer.from(item).toString('hex') : item;
  });
  return full === undefined ? 'nothing' : full.length > 700 ? `${full.slice(0, 700)}…` : full;
}
