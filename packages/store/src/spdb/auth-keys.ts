/** Off-chain keys of accounts (`reference/block-syncer-and-db.md` §11.3). */
import type { AuthKey, AuthKeyScope, AuthKeyV2 } from '@prairie/gfsp';
import type { RowOf } from '../sql/columns.ts';
import type { Session } from '../sql/session.ts';
import { type Select, Table } from '../sql/table.ts';
import { type Ground, RELAXED } from './ground.ts';
import { authKeyTable, authKeyV2Table } from './schema/auth-keys.ts';

/** Applications register a key a week, for each browser: a scope with more than that is being filled. */
export const MAX_KEYS_OF_SCOPE = 1000;

const FIRST_NONCE = 1;

type V2 = typeof authKeyV2Table.columns;

export class AuthKeyRows {
  readonly #ground: Ground;
  readonly #keys: Table<typeof authKeyTable.columns>;
  readonly #keysV2: Table<V2>;

  constructor(ground: Ground) {
    this.#ground = ground;
    this.#keys = new Table(ground.session, authKeyTable);
    this.#keysV2 = new Table(ground.session, authKeyV2Table);
  }

  async get(scope: AuthKeyScope): Promise<AuthKey | undefined> {
    const row = await this.#keys.get(only(scope), this.#ground);
    if (!row) return undefined;
    const { created_time: _, modified_time: __, ...key } = row;
    return key;
  }

  /** Whoever writes first has the nonce: the row is new, or the condition finds the next one no more. */
  async replace({ user_address, domain, ...key }: Omit<AuthKey, 'next_nonce'>): Promise<boolean> {
    const scope = { user_address, domain };
    const modified_time = this.#time();
    const values = { ...key, next_nonce: key.current_nonce + 1, modified_time };
    const isFirst = key.current_nonce === FIRST_NONCE;
    if (isFirst && (await this.#keys.insertOrIgnore({ ...scope, ...values, created_time: modified_time }))) return true;
    return (await this.#keys.update({ ...scope, next_nonce: key.current_nonce }, values)) > 0;
  }

  async getV2(scope: AuthKeyScope, public_key: string): Promise<AuthKeyV2 | undefined> {
    const row = await this.#keysV2.get({ ...only(scope), public_key }, this.#ground);
    return row && keyOf(row);
  }

  putV2({ user_address, domain, public_key, expiry_date }: AuthKeyV2): Promise<void> {
    const scope = { user_address, domain };
    const modified_time = this.#time();
    return this.#ground.transaction(async (session) => {
      const keys = new Table(session, authKeyV2Table);
      const row = { ...scope, public_key, expiry_date, created_time: modified_time, modified_time };
      if (await keys.insertOrIgnore(row)) await makeRoom(session, scope, public_key);
      else await keys.update({ ...scope, public_key }, { expiry_date, modified_time });
    });
  }

  async listV2(scope: AuthKeyScope): Promise<AuthKeyV2[]> {
    return (await ofScope(this.#keysV2, only(scope))).map(keyOf);
  }

  deleteV2(scope: AuthKeyScope, publicKeys: readonly string[]): Promise<void> {
    return this.#ground.transaction(async (session) => {
      const keys = new Table(session, authKeyV2Table);
      for (const public_key of publicKeys) await keys.delete({ ...only(scope), public_key });
    });
  }

  /** Found by their end, deleted by their names, unless they got a new end meanwhile. */
  deleteExpiredV2(time: bigint, limit: number): Promise<number> {
    return this.#ground.transaction(async (session) => {
      const keys = new Table(session, authKeyV2Table);
      const expired = await keys.select(
        'expired',
        (query, mark) =>
          query.where('expiry_date', '<', mark.of('expiry_date')).orderBy('expiry_date').limit(mark.limit('limit')),
        { expiry_date: time, limit },
      );
      let deleted = 0;
      for (const { user_address, domain, public_key, expiry_date } of expired) {
        deleted += await keys.delete({ user_address, domain, public_key, expiry_date });
      }
      return deleted;
    }, RELAXED);
  }

  #time(): bigint {
    return BigInt(this.#ground.now()) * 1000n;
  }
}

/** By their digits. */
function ofScope(keys: Table<V2>, scope: AuthKeyScope): Promise<RowOf<V2>[]> {
  return keys.select(
    'of scope',
    (query, mark) =>
      query
        .where('user_address', '=', mark.of('user_address'))
        .where('domain', '=', mark.of('domain'))
        .orderBy('public_key'),
    { ...scope },
  );
}

/** The keys that end first go where the scope has too many with the new one. */
async function makeRoom(session: Session, scope: AuthKeyScope, newest: string): Promise<void> {
  const keys = new Table(session, authKeyV2Table);
  const inScope = (query: Select<V2>, mark: Table<V2>['marks']) =>
    query.where('user_address', '=', mark.of('user_address')).where('domain', '=', mark.of('domain'));
  const tooMany = (await keys.count('of scope', inScope, { ...scope })) - MAX_KEYS_OF_SCOPE;
  if (tooMany <= 0) return;
  const others = (await ofScope(keys, scope)).filter(({ public_key }) => public_key !== newest);
  others.sort((a, b) => Number(a.expiry_date - b.expiry_date));
  for (const { public_key } of others.slice(0, tooMany)) await keys.delete({ ...scope, public_key });
}

const only = ({ user_address, domain }: AuthKeyScope): AuthKeyScope => ({ user_address, domain });

function keyOf({ user_address, domain, public_key, expiry_date }: AuthKeyV2): AuthKeyV2 {
  return { user_address, domain, public_key, expiry_date };
}
