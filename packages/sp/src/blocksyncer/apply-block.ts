/** One block: the events that the tables hold, in the chain's order, as one transaction with the epoch. */
import { type AnyMessage, type ChainBlock, type ChainEvent, parseTypedEvent, sha256 } from '@prairie/chain';
import type { BsDb, Epoch } from '@prairie/store';
import type { At } from './handlers/handler.ts';
import { handlers } from './handlers/index.ts';

/** An event that changed the tables. */
export interface AppliedEvent {
  type: string;
  value: AnyMessage;
}

interface Located {
  event: ChainEvent;
  /** Index of its transaction; -1 at the begin and the end of the block. */
  tx: number;
}

/** Those that have handlers; most blocks have none. */
function relevantEvents(block: ChainBlock): Located[] {
  const located = (events: readonly ChainEvent[], tx: number) => events.map((event) => ({ event, tx }));
  return [
    ...located(block.beginBlockEvents, -1),
    ...block.txsResults.flatMap((result, tx) => located(result.events, tx)),
    ...located(block.endBlockEvents, -1),
  ].filter(({ event }) => handlers.has(event.type));
}

export function epochOf(block: ChainBlock): Epoch {
  const { height, hash, unixSeconds } = block;
  return { block_height: height, block_hash: Buffer.from(hash, 'hex'), update_time: unixSeconds };
}

/**
 * Writes the block and its epoch; nothing is written when no event of it matters.
 * @throws Error that names the event that cannot be understood or stored; then nothing of the block is written
 */
export function applyBlock(db: BsDb, block: ChainBlock): AppliedEvent[] {
  const events = relevantEvents(block);
  if (events.length === 0) return [];
  return db.transaction(() => {
    const hashes = new Map<number, Uint8Array>();
    const hashOf = (tx: number) => {
      const known = hashes.get(tx);
      if (known || tx < 0) return known;
      const hash = sha256(block.txs[tx]!);
      hashes.set(tx, hash);
      return hash;
    };
    const place = { db, height: block.height, time: block.unixSeconds };
    const applied = events.map(({ event, tx }) => applyEvent(event, { ...place, txHash: hashOf(tx) }));
    db.epoch.set(epochOf(block));
    return applied;
  });
}

function applyEvent(event: ChainEvent, at: At): AppliedEvent {
  try {
    const { type, value } = parseTypedEvent(event)!;
    for (const handler of handlers.get(type)!) handler.apply(value, at);
    return { type, value };
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`block ${at.height}: ${event.type}: ${text}`, { cause });
  }
}
