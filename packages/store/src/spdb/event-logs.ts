/** What happened to uploads, for operators to read (`reference/block-syncer-and-db.md` §11.1). */
import type { UploadEvent, UploadLog } from '@prairie/gfsp';
import { sql } from 'kysely';
import type { SqlValue } from '../sql/engine.ts';
import { type Builder, Place, type Session } from '../sql/session.ts';
import { Table } from '../sql/table.ts';
import { type Ground, RELAXED } from './ground.ts';
import { MAX_NAME, plainLogTables, stateLogTables } from './schema/event-logs.ts';

/** Rows that a table keeps: with trails of some kilobytes a hundred megabytes at most. */
export const MAX_EVENTS = 20_000;
/** Old rows that go with a batch: a table that was filled before it had an end is brought to it in small steps. */
const MAX_TRIMMED = 1000;

const withState = new Map(stateLogTables.map((table) => [table.name, table]));
const withoutState = new Map(plainLogTables.map((table) => [table.name, table]));

export class EventLogRows {
  readonly #ground: Ground;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  async add(events: readonly UploadEvent[]): Promise<void> {
    if (events.length === 0) return;
    await this.#ground.transaction(async (session) => {
      for (const { log, ...event } of events) {
        const row = { ...event, bucket: cut(event.bucket), object: cut(event.object) };
        await insert(session, log, row);
      }
      for (const log of new Set(events.map((event) => event.log))) await trim(session, log);
    }, RELAXED);
  }
}

function insert(session: Session, log: UploadLog, { state, ...row }: Omit<UploadEvent, 'log'>): Promise<void> {
  const table = withState.get(log);
  if (table) return new Table(session, table).insert({ ...row, state });
  return new Table(session, withoutState.get(log)!).insert(row);
}

/** The first characters, whole ones. */
function cut(name: string): string {
  return name.length <= MAX_NAME ? name : Array.from(name).slice(0, MAX_NAME).join('');
}

/** Rows are numbered in the order they came; with gaps there are fewer than the numbers say. */
async function trim(session: Session, table: string): Promise<void> {
  const [row] = await session.rows(`${table} ends`, (builder) => {
    const end = (which: 'min' | 'max') => sql`(select ${sql.raw(which)}(id) from ${sql.table(table)})`.as(which);
    return builder.selectNoFrom([end('min'), end('max')]);
  });
  const [oldest, newest] = [Number(row?.min ?? 0), Number(row?.max ?? 0)];
  const upTo = Math.min(newest - MAX_EVENTS, oldest + MAX_TRIMMED);
  if (upTo < oldest) return;
  const trimming = (builder: Builder) => builder.deleteFrom(table).where('id', '<=', UP_TO);
  await session.query(`${table} trim`, trimming, { upTo });
}

const UP_TO = new Place('upTo', (value) => value as SqlValue);
