/** The events of blocks, one after another: the block stream, filtered. */
import type { ChainBlock } from '../block.ts';
import type { ChainEvent } from '../events.ts';
import type { MessageType } from '../proto/define.ts';
import { txHash } from '../tx.ts';

/** An event passes when it is of one of the types and has each of the attributes. */
export interface EventFilter {
  /** Names (`transfer`, `greenfield.storage.EventSealObject`) or the messages of typed events. Default: all. */
  // biome-ignore lint/suspicious/noExplicitAny: any message
  types?: readonly (string | MessageType<any>)[];
  /** Values as they stand on the chain: those of typed events are JSON, so texts have quotes. */
  attributes?: Readonly<Record<string, string>>;
}

export interface ChainEventAt {
  height: bigint;
  /** Block time in whole unix seconds. */
  unixSeconds: bigint;
  /** Before the transactions of the block, in one of them, or after them. */
  phase: 'begin' | 'tx' | 'end';
  /** Index in the block, and hash, of the transaction; only in phase `tx`. */
  tx?: { index: number; hash: string; code: number };
  event: ChainEvent;
}

export async function* streamEvents(
  blocks: AsyncIterable<ChainBlock>,
  filter: EventFilter,
): AsyncGenerator<ChainEventAt, void, undefined> {
  const passes = predicateOf(filter);
  for await (const block of blocks) {
    for (const found of eventsOf(block)) if (passes(found.event)) yield found;
  }
}

/** All events of a block in the order in which they came about. */
export function* eventsOf(block: ChainBlock): Generator<ChainEventAt, void, undefined> {
  const { height, unixSeconds } = block;
  for (const event of block.beginBlockEvents) yield { height, unixSeconds, phase: 'begin', event };
  for (const [index, { code, events }] of block.txsResults.entries()) {
    if (events.length === 0) continue;
    const tx = { index, hash: txHash(block.txs[index]!), code };
    for (const event of events) yield { height, unixSeconds, phase: 'tx', tx, event };
  }
  for (const event of block.endBlockEvents) yield { height, unixSeconds, phase: 'end', event };
}

function predicateOf({ types, attributes = {} }: EventFilter): (event: ChainEvent) => boolean {
  const names = types && new Set(types.map((type) => (typeof type === 'string' ? type : type.name)));
  const wanted = Object.entries(attributes);
  return (event) =>
    (!names || names.has(event.type)) &&
    wanted.every(([key, value]) => event.attributes.some((a) => a.key === key && a.value === value));
}
