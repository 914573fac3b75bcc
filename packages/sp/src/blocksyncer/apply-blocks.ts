/** Blocks into the tables: events in the chain's order, whole blocks and the epoch of the last in one transaction. */
import { setImmediate } from 'node:timers/promises';
import { type AnyMessage, type ChainBlock, type ChainEvent, parseTypedEvent, sha256 } from '@prairie/chain';
import type { BsDb, BsDbTables, Epoch } from '@prairie/store';
import { FolderChanges } from './folder-changes.ts';
import type { At } from './handlers/handler.ts';
import { type Handlers, handlersOf } from './handlers/index.ts';
import { ObjectChanges } from './object-changes.ts';

/** An event that changed the tables. */
export interface AppliedEvent {
  type: string;
  value: AnyMessage;
}

export interface SyncedBlock {
  height: bigint;
  /** Those that changed the tables. */
  events: readonly AppliedEvent[];
}

export interface ApplyOptions {
  /** Default: those of all modules. */
  handlers?: Handlers;
  /** Looks first whether this database may be written. It is in the same transaction. */
  guard?: (tables: BsDbTables) => Promise<void>;
  /** What is written besides, after the events of the last block. */
  finish?: (tables: BsDbTables, last: ChainBlock) => Promise<void>;
}

interface Located {
  event: ChainEvent;
  /** Index of its transaction; -1 at the begin and the end of the block. */
  tx: number;
}

/** A database that never waits would keep the rest of the process waiting; milliseconds. */
const TURN_MS = 10;

const allHandlers = handlersOf();

export function epochOf({ height, hash, unixSeconds }: ChainBlock): Epoch {
  return { block_height: height, block_hash: Buffer.from(hash, 'hex'), update_time: unixSeconds };
}

/** Events of the block that have handlers; most blocks have none. */
export function countRelevant(block: ChainBlock, handlers: Handlers): number {
  return relevantEvents(block, handlers).length;
}

/** Those events as `applyBlocks` tells of them. */
export function eventsIn(block: ChainBlock, handlers: Handlers): AppliedEvent[] {
  return relevantEvents(block, handlers).map(({ event }) => parseTypedEvent(event)!);
}

/**
 * Writes blocks that follow each other, as a whole.
 * @throws Error that names the event that cannot be understood or stored; then nothing of the blocks is written
 */
export function applyBlocks(
  db: BsDb,
  blocks: readonly ChainBlock[],
  { handlers = allHandlers, guard, finish }: ApplyOptions = {},
): Promise<SyncedBlock[]> {
  return db.transaction(async (tables) => {
    await guard?.(tables);
    const objects = new ObjectChanges(tables);
    const folders = new FolderChanges(tables);
    const turn = new Turn();
    const synced: SyncedBlock[] = [];
    for (const block of blocks) {
      const located = relevantEvents(block, handlers);
      const place = { db: tables, objects, folders, height: block.height, time: block.unixSeconds };
      const txHash = hashesOf(block);
      const events: AppliedEvent[] = [];
      for (const { event, tx } of located) {
        events.push(await applyEvent(event, handlers, { ...place, txHash: txHash(tx) }));
        await turn.over();
      }
      synced.push({ height: block.height, events });
    }
    await objects.finish();
    await folders.finish();
    const last = blocks.at(-1)!;
    await finish?.(tables, last);
    await tables.epoch.set(epochOf(last));
    return synced;
  });
}

function relevantEvents(block: ChainBlock, handlers: Handlers): Located[] {
  const located = (events: readonly ChainEvent[], tx: number) =>
    events.filter(({ type }) => handlers.has(type)).map((event) => ({ event, tx }));
  return [
    ...located(block.beginBlockEvents, -1),
    ...block.txsResults.flatMap((result, tx) => located(result.events, tx)),
    ...located(block.endBlockEvents, -1),
  ];
}

/** Hashes of the transactions by index, each made when it is first asked for; undefined outside of transactions. */
function hashesOf({ txs }: ChainBlock): (tx: number) => Uint8Array | undefined {
  const hashes = new Map<number, Uint8Array>();
  return (tx) => {
    const known = hashes.get(tx);
    if (known || tx < 0) return known;
    const hash = sha256(txs[tx]!);
    hashes.set(tx, hash);
    return hash;
  };
}

async function applyEvent(event: ChainEvent, handlers: Handlers, at: At): Promise<AppliedEvent> {
  try {
    const { type, value } = parseTypedEvent(event)!;
    for (const handler of handlers.get(type)!) await handler.apply(value, at);
    return { type, value };
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`block ${at.height}: ${event.type}: ${text}`, { cause });
  }
}

/** Lets others run when it has worked long enough. */
class Turn {
  #began = performance.now();

  async over(): Promise<void> {
    if (performance.now() - this.#began < TURN_MS) return;
    await setImmediate();
    this.#began = performance.now();
  }
}
