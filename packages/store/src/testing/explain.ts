/** What a database would do for a statement: whole tables that are read, and sorts. */
import type { EngineName, SqlRow, SqlValue } from '../sql/engine.ts';
import type { Session } from '../sql/session.ts';

/** A table with fewer rows is read whole by every planner, and may be. */
const FEW_ROWS = 400;

export interface Plan {
  /** As the engine tells it, for messages. */
  readonly lines: readonly string[];
  /** Reads every row of a table, or every entry of an index. */
  readonly scans: readonly string[];
  /** Sorts, of at least so many rows as the planner thinks; 0 where it does not tell. */
  readonly sorts: readonly number[];
}

/** Parts of sharded tables that no test fills: planners read what is empty. */
const EMPTY_PARTS = /^(objects_(?!06)|integrity_meta_(?!00))\d\d$/;

type Explain = (session: Session, sql: string, params: readonly SqlValue[]) => Promise<Plan>;

export const EXPLAIN: Readonly<Record<EngineName, Explain>> = {
  async sqlite(session, sql, params) {
    const { rows } = await session.execute(`EXPLAIN QUERY PLAN ${sql}`, params);
    const lines = rows.map((row) => String(row.detail));
    return {
      lines,
      // pages that were made before are not tables
      // nor is an index read whole whose first entry is all that is asked for
      scans: lines.filter((line) => /^SCAN (?!n\b|part\d|CONSTANT ROW|\()/.test(line) && !/ limit 1$/.test(sql)),
      sorts: lines.filter((line) => line.startsWith('USE TEMP B-TREE')).map(() => 0),
    };
  },

  async postgres(session, sql, params) {
    const { rows } = await session.execute(`EXPLAIN (FORMAT JSON) ${sql}`, params);
    const nodes = nodesOf((rows[0]!['QUERY PLAN'] as unknown as { Plan: PgNode }[])[0]!.Plan);
    const scans = nodes.filter((node) => node['Node Type'] === 'Seq Scan' && !EMPTY_PARTS.test(node['Relation Name']!));
    return {
      lines: nodes.map(
        (node) => `${node['Node Type']} ${node['Index Name'] ?? node['Relation Name'] ?? ''} ${node['Plan Rows']}`,
      ),
      scans: scans.map((node) => String(node['Relation Name'])),
      sorts: nodes.filter((node) => node['Node Type'] === 'Sort').map((node) => node['Plan Rows']),
    };
  },

  async mysql(session, sql, params) {
    const { rows } = await session.execute(`EXPLAIN ${sql}`, params);
    const whole = rows.filter(
      (row) => isWhole(row) && !String(row.table).startsWith('<') && Number(row.rows) >= FEW_ROWS,
    );
    return {
      lines: rows.map((row) => `${row.type} ${row.table} ${row.key} ${row.rows} ${row.Extra}`),
      scans: whole.map((row) => String(row.table)),
      sorts: rows
        .filter((row) => /filesort|temporary/.test(String(row.Extra)))
        .map((row) => (String(row.table).startsWith('<') ? 0 : Number(row.rows))),
    };
  },
};

interface PgNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Plan Rows': number;
  readonly Plans?: readonly PgNode[];
}

function nodesOf(node: PgNode): PgNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/** `index` reads all of an index, unless a limit ends it. */
function isWhole({ type }: SqlRow): boolean {
  return type === 'ALL' || type === 'index';
}
