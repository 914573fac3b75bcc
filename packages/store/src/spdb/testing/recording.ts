import type { Connection, SqlValue } from '../../sql/engine.ts';
import { Session } from '../../sql/session.ts';

export interface Statement {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

/** A session that remembers what is asked through it: each text once, with the values that it came with last. */
export function recording({ queries, connection }: Session): { session: Session; statements: () => Statement[] } {
  const seen = new Map<string, Statement>();
  const remember = (sql: string, params: readonly SqlValue[] = []) => void seen.set(sql, { sql, params });
  const recorder: Connection = {
    execute(sql, params) {
      remember(sql, params);
      return connection.execute(sql, params);
    },
    list(sql, params) {
      remember(sql, params);
      return connection.list(sql, params);
    },
    lock: (name) => connection.lock(name),
  };
  return { session: new Session(queries, recorder), statements: () => [...seen.values()] };
}
