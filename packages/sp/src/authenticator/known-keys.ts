/** Keys of the second generation, remembered for a moment, so that a signed read does not ask the tables. */
import type { KeyObject } from 'node:crypto';
import { BoundedCache } from '@prairie/chain';
import { ed25519PublicKey, hexBytes } from '@prairie/client';
import type { AuthKeyScope, AuthKeyV2 } from '@prairie/gfsp';
import { authenticatorErrors } from './errors.ts';

const ENTRIES = 8192;
/** What another process deletes stops to work after this long. */
const MAX_AGE_MS = 1500;

export interface KnownKey {
  readonly expiryMs: bigint;
  /** undefined when what was registered is no key. */
  readonly key: KeyObject | undefined;
}

type Entry = KnownKey & { readonly at: number };
type LookUp = (scope: AuthKeyScope, publicKey: string) => Promise<AuthKeyV2 | undefined>;

export class KnownKeys {
  readonly #lookUp: LookUp;
  readonly #clock: () => number;
  readonly #entries = new BoundedCache<string, Entry>(ENTRIES);
  /** Questions to the tables that are under way: one for all who want to know. As many as there are requests. */
  readonly #asked = new Map<string, Promise<Entry>>();

  constructor(lookUp: LookUp, clock: () => number) {
    this.#lookUp = lookUp;
    this.#clock = clock;
  }

  /** Hex in either case. @throws 20019, and what looking up throws */
  async get(scope: AuthKeyScope, publicKey: string): Promise<KnownKey> {
    const name = nameOf(scope, publicKey);
    const known = this.#entries.get(name);
    if (known && this.#clock() - known.at < MAX_AGE_MS) return known;
    const asked = this.#asked.get(name) ?? this.#find(scope, publicKey, known);
    this.#asked.set(name, asked);
    try {
      const found = await asked;
      // what was forgotten meanwhile is asked for again by the next one
      if (this.#asked.get(name) === asked) this.#entries.set(name, found);
      return found;
    } finally {
      if (this.#asked.get(name) === asked) this.#asked.delete(name);
    }
  }

  /** An answer that is under way may be that of before: it counts for those who have asked already, and is not kept. */
  forget(scope: AuthKeyScope, publicKeys: readonly string[]): void {
    for (const publicKey of publicKeys) {
      this.#entries.delete(nameOf(scope, publicKey));
      this.#asked.delete(nameOf(scope, publicKey));
    }
  }

  async #find(scope: AuthKeyScope, publicKey: string, known: KnownKey | undefined): Promise<Entry> {
    const at = this.#clock();
    const row = await this.#lookUp(scope, publicKey.toLowerCase());
    if (!row) {
      this.#entries.delete(nameOf(scope, publicKey));
      throw authenticatorErrors.keyNotRegistered();
    }
    // making a key costs as much as a verification
    return { key: known ? known.key : keyOf(row.public_key), expiryMs: row.expiry_date, at };
  }
}

const nameOf = ({ user_address, domain }: AuthKeyScope, publicKey: string) =>
  `${user_address} ${publicKey.toLowerCase()} ${domain}`;

function keyOf(hex: string): KeyObject | undefined {
  const bytes = hexBytes(hex);
  return bytes?.length === 32 ? ed25519PublicKey(bytes) : undefined;
}
