/**
 * The statements of a queue. Each is one transaction, so that a task changes its state wholly or not at all. `$1` is
 * the queue. `note` arguments are what is told to the other managers, or '' for nothing.
 */
import { LIMIT_FIELDS } from './rows.ts';
import { NOW } from './schema.ts';

/** Head start of one step of priority (`QueueStrategies.pickUp`). */
const AGEING_MS = 100;

const FITS = (offer: string): string =>
  `(estimate IS NULL OR (${LIMIT_FIELDS.map((_, i) => `estimate[${i + 1}] <= (${offer})[${i + 1}]`).join(' AND ')}))`;

/** Expression that notifies, and is null when there is nothing to say. */
const notify = (schema: string, note: string): string =>
  `CASE WHEN ${note} = '' THEN NULL ELSE pg_notify('${schema}', ${note})::text END`;

export type Statements = ReturnType<typeof statementsOf>;

export function statementsOf(schema: string) {
  return { ...changes(schema), ...leases(schema), ...times(schema), ...reads(schema) };
}

function changes(schema: string) {
  const task = `${schema}.task`;
  return {
    /** queue, key, value, priority, timeout, attempts, estimate, delay, note. No row when the key is here. */
    push: `
      WITH clock AS MATERIALIZED (SELECT ${NOW} AS now), fresh AS (
        INSERT INTO ${task} (queue, key, value, priority, timeout_ms, max_attempts, estimate, state, pushed_at, at, rank)
        SELECT $1, $2, $3, $4::smallint, $5::bigint, $6::integer, $7::bigint[], CASE WHEN $8::bigint > 0 THEN 'waiting' ELSE 'ready' END,
          now, now + $8::bigint, now + $8::bigint - $4::smallint * ${AGEING_MS} FROM clock
        ON CONFLICT DO NOTHING RETURNING *)
      SELECT *, ${notify(schema, '$9::text')} FROM fresh`,
    /** Room in the queue is counted by one manager at a time. */
    lockRoom: `SELECT pg_advisory_xact_lock(hashtextextended('${schema}.room.' || $1::text, 0))`,
    /** queue, capacity, key → size up to the capacity, whether the key is here. */
    room: `
      SELECT (SELECT count(*) FROM (SELECT FROM ${task} WHERE queue = $1 LIMIT $2) AS counted)::integer AS size,
        EXISTS (SELECT FROM ${task} WHERE queue = $1 AND key = $3) AS repeated`,
    take: `DELETE FROM ${task} WHERE queue = $1 AND key = $2 RETURNING *`,
    /** queue, key, seq, attempts, state: only if it stands as it was seen. */
    takeUnchanged: `
      DELETE FROM ${task} WHERE queue = $1 AND key = $2 AND seq = $3 AND attempts = $4 AND state = $5 RETURNING key`,
    /** queue, key, base, max → the row after it, with its `outcome` and the `clock`. A random half of the pause is taken off, as everywhere (`backoff.ts`). */
    fail: `
      WITH gone AS (
        DELETE FROM ${task} WHERE queue = $1 AND key = $2 AND state = 'running' AND attempts >= max_attempts
        RETURNING *, 0::bigint AS clock),
      clock AS MATERIALIZED (SELECT ${NOW} AS now, 1 - random() / 2 AS share), again AS (
        UPDATE ${task} SET state = 'waiting', owner = '',
          at = now + (share * least($4::float8, $3::float8 * 2 ^ least(attempts - 1, 30)))::bigint,
          rank = now + (share * least($4::float8, $3::float8 * 2 ^ least(attempts - 1, 30)))::bigint - priority * ${AGEING_MS}
        FROM clock WHERE queue = $1 AND key = $2 AND state = 'running' AND attempts < max_attempts
        RETURNING task.*, now)
      SELECT 'exhausted' AS outcome, * FROM gone UNION ALL SELECT 'again', * FROM again`,
    /** queue, owner, note. */
    abandon: `
      WITH back AS (
        UPDATE ${task} SET state = 'ready', owner = '', at = ${NOW}, rank = ${NOW} - priority * ${AGEING_MS}, seq = DEFAULT
        WHERE queue = $1 AND owner = $2 AND state = 'running' RETURNING *)
      SELECT *, ${notify(schema, '$3::text')} FROM back`,
    /** queue, keys, ranks: the ranks of a strategy. */
    rank: `
      UPDATE ${task} SET rank = given.rank FROM unnest($2::text[], $3::float8[]) AS given (key, rank)
      WHERE queue = $1 AND task.key = given.key AND state <> 'running'`,
  };
}

/**
 * The row to take is chosen in a materialised part: a plain subquery could be run more than once and lock more than it
 * gives. SKIP LOCKED passes over what another manager is taking at this moment.
 */
function leases(schema: string) {
  const task = `${schema}.task`;
  const first = (which: string): string => `
      WITH next AS MATERIALIZED (
        SELECT queue, key FROM ${task} WHERE queue = $1 AND state = 'ready' AND ${which}
        ORDER BY rank, seq LIMIT 1 FOR UPDATE SKIP LOCKED)`;
  const lease = (which: string): string => `${first(which)}, taken AS (
        UPDATE ${task} SET state = 'running', attempts = attempts + 1, owner = $3, at = ${NOW} + timeout_ms FROM next
        WHERE task.queue = next.queue AND task.key = next.key RETURNING task.*)
      SELECT * FROM taken`;
  const pop = (which: string): string => `${first(which)}
      DELETE FROM ${task} USING next WHERE task.queue = next.queue AND task.key = next.key RETURNING task.*`;
  const top = (which: string): string =>
    `SELECT * FROM ${task} WHERE queue = $1 AND state = 'ready' AND ${which} ORDER BY rank, seq LIMIT 1`;
  const fits = `($2::bigint[] IS NULL OR ${FITS('$2::bigint[]')})`;
  return {
    /** queue, offer (null: anything fits). */
    top: top(fits),
    pop: pop(fits),
    /** queue, offer, owner. */
    lease: lease(fits),
    /** queue, keys: of those a strategy let pass. */
    popOf: pop('key = ANY($2::text[])'),
    /** queue, keys, owner. */
    leaseOf: lease('key = ANY($2::text[])'),
    /** queue, rank, seq of the last one seen, how many. */
    candidates: `
      SELECT * FROM ${task} WHERE queue = $1 AND state = 'ready' AND (rank, seq) > ($2::float8, $3::bigint)
      ORDER BY rank, seq LIMIT $4`,
  };
}

function times(schema: string) {
  const task = `${schema}.task`;
  return {
    /** queue, note, how many: those whose pause has passed, or whose time is over with an attempt left. */
    promote: `
      WITH due AS MATERIALIZED (
        SELECT queue, key FROM ${task} WHERE queue = $1 AND state <> 'ready' AND at <= ${NOW}
          AND (state = 'waiting' OR attempts < max_attempts)
        ORDER BY at LIMIT $3 FOR UPDATE SKIP LOCKED),
      back AS (
        UPDATE ${task} SET state = 'ready', owner = '', rank = at - priority * ${AGEING_MS}, seq = DEFAULT FROM due
        WHERE task.queue = due.queue AND task.key = due.key RETURNING task.*)
      SELECT *, ${notify(schema, '$2::text')} FROM back`,
    /** queue, how many: those whose time was over at their last attempt. */
    giveUp: `
      WITH due AS MATERIALIZED (
        SELECT queue, key FROM ${task} WHERE queue = $1 AND state = 'running' AND at <= ${NOW}
          AND attempts >= max_attempts
        ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED)
      DELETE FROM ${task} USING due WHERE task.queue = due.queue AND task.key = due.key RETURNING task.*`,
    /** queues → of each the milliseconds until the next one is due, null when none is. */
    nextDue: `
      SELECT queue, (SELECT at FROM ${task} WHERE task.queue = asked.queue AND state <> 'ready' ORDER BY at LIMIT 1)
        - ${NOW} AS delay FROM unnest($1::text[]) AS asked (queue)`,
    /** note. */
    announce: `SELECT pg_notify('${schema}', $1)`,
  };
}

function reads(schema: string) {
  const task = `${schema}.task`;
  return {
    size: `SELECT count(*)::integer AS size FROM ${task} WHERE queue = $1`,
    get: `SELECT * FROM ${task} WHERE queue = $1 AND key = $2`,
    /** queue, part of the key, after which key, how many. */
    scan: `
      SELECT * FROM ${task} WHERE queue = $1 AND position($2 IN key) > 0 AND key > $3 ORDER BY key LIMIT $4`,
  };
}
