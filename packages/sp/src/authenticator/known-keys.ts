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

export class KnownKeys {
  readonly #lookUp: (scope: AuthKeyScope, publicKey: string) => AuthKeyV2 | undefined;
  readonly #clock: () => number;
  readonly #entries = new BoundedCache<string, KnownKey & { readonly at: number }>(ENTRIES);

  constructor(lookUp: (scope: AuthKeyScope, publicKey: string) => AuthKeyV2 | undefined, clock: () => number) {
    this.#lookUp = lookUp;
    this.#clock = clock;
  }

  /** Hex in either case. @throws 20019, and what looking up throws */
  get(scope: AuthKeyScope, publicKey: string): KnownKey {
    const name = nameOf(scope, publicKey);
    const known = this.#entries.get(name);
    const now = this.#clock();
    if (known && now - known.at < MAX_AGE_MS) return known;
    const row = this.#lookUp(scope, publicKey.toLowerCase());
    if (!row) {
      this.#entries.delete(name);
      throw authenticatorErrors.keyNotRegistered();
    }
    // making a key costs as much as a verification
    const key = known ? known.key : keyOf(row.public_key);
    return this.#entries.set(name, { key, expiryMs: row.expiry_date, at: now });
  }

  forget(scope: AuthKeyScope, publicKeys: readonly string[]): void {
    for (const publicKey of publicKeys) this.#entries.delete(nameOf(scope, publicKey));
  }
}

const nameOf = ({ user_address, domain }: AuthKeyScope, publicKey: string) =>
  `${user_address} ${publicKey.toLowerCase()} ${domain}`;

function keyOf(hex: string): KeyObject | undefined {
  const bytes = hexBytes(hex);
  return bytes?.length === 32 ? ed25519PublicKey(bytes) : undefined;
}
