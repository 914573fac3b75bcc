/** Off-chain keys of accounts (`reference/block-syncer-and-db.md` §11.3). */
import type { AuthKey, AuthKeyScope, AuthKeyV2 } from '@prairie/gfsp';
import { int, int64, text } from '../sqlite/columns.ts';
import type { SqliteDatabase } from '../sqlite/database.ts';
import { ddl, defineTable, Table } from '../sqlite/table.ts';

export const authKeyTable = defineTable({
  name: 'off_chain_auth_key',
  columns: {
    user_address: text,
    domain: text,
    current_nonce: int,
    current_public_key: text,
    next_nonce: int,
    expiry_date: int64,
    created_time: int64,
    modified_time: int64,
  },
  primaryKey: ['user_address', 'domain'],
});

export const authKeyV2Table = defineTable({
  name: 'off_chain_auth_key_v2',
  columns: {
    user_address: text,
    domain: text,
    public_key: text,
    expiry_date: int64,
    created_time: int64,
    modified_time: int64,
  },
  primaryKey: ['user_address', 'domain', 'public_key'],
  indexes: ['expiry_date'],
});

/** A step of the schema's history, see `schema.ts`. */
export function createAuthKeys(db: SqliteDatabase): void {
  for (const table of [authKeyTable, authKeyV2Table]) db.exec(ddl(table));
}

/** Applications register a key a week, for each browser: a scope with more than that is being filled. */
export const MAX_KEYS_OF_SCOPE = 1000;

const FIRST_NONCE = 1;

export class AuthKeyRows {
  private readonly db: SqliteDatabase;
  private readonly keys: Table<typeof authKeyTable.columns>;
  private readonly keysV2: Table<typeof authKeyV2Table.columns>;
  private readonly now: () => number;

  /** `now` in unix seconds. */
  constructor(db: SqliteDatabase, now: () => number) {
    this.db = db;
    this.keys = new Table(db, authKeyTable);
    this.keysV2 = new Table(db, authKeyV2Table);
    this.now = now;
  }

  get(scope: AuthKeyScope): AuthKey | undefined {
    return this.keys.get(only(scope));
  }

  replace(key: Omit<AuthKey, 'next_nonce'>): boolean {
    return this.db.transaction(() => {
      const known = this.keys.get(only(key));
      if (key.current_nonce !== (known?.next_nonce ?? FIRST_NONCE)) return false;
      const modified_time = this.time();
      const created_time = known?.created_time ?? modified_time;
      this.keys.replace({ ...key, next_nonce: key.current_nonce + 1, created_time, modified_time });
      return true;
    });
  }

  getV2(scope: AuthKeyScope, public_key: string): AuthKeyV2 | undefined {
    return this.keysV2.get({ ...only(scope), public_key });
  }

  putV2(key: AuthKeyV2): void {
    this.db.transaction(() => {
      const known = this.keysV2.get({ ...only(key), public_key: key.public_key });
      const modified_time = this.time();
      this.keysV2.replace({ ...key, created_time: known?.created_time ?? modified_time, modified_time });
      if (known) return;
      const scope = [key.user_address, key.domain];
      this.db.run(
        `DELETE FROM "${this.keysV2.name}" WHERE rowid IN (
          SELECT rowid FROM "${this.keysV2.name}" WHERE user_address = ? AND domain = ? AND public_key <> ?
          ORDER BY expiry_date DESC LIMIT -1 OFFSET ?)`,
        [...scope, key.public_key, MAX_KEYS_OF_SCOPE - 1],
      );
    });
  }

  listV2(scope: AuthKeyScope): AuthKeyV2[] {
    const where = 'WHERE user_address = ? AND domain = ? ORDER BY public_key';
    return this.keysV2.select(where, [scope.user_address, scope.domain]);
  }

  deleteV2(scope: AuthKeyScope, publicKeys: readonly string[]): void {
    this.db.transaction(() => {
      for (const public_key of publicKeys) this.keysV2.delete({ ...only(scope), public_key });
    });
  }

  deleteExpiredV2(time: bigint, limit: number): number {
    const table = this.keysV2.name;
    const expired = `SELECT rowid FROM "${table}" WHERE expiry_date < ? LIMIT ?`;
    return this.db.run(`DELETE FROM "${table}" WHERE rowid IN (${expired})`, [time, limit]);
  }

  private time(): bigint {
    return BigInt(this.now()) * 1000n;
  }
}

const only = ({ user_address, domain }: AuthKeyScope): AuthKeyScope => ({ user_address, domain });
