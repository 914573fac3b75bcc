/** Off-chain keys: registered, listed, deleted, and what they have signed (`reference/internal-grpc.md` §4.2). */
import { checksumIfAddress, eddsaV1Verify } from '@prairie/chain';
import { ed25519Verify, hexBytes } from '@prairie/client';
import type { AuthKeyScope, AuthNonce, KeyScope, OffChainKeys, SpDb } from '@prairie/gfsp';
import { authenticatorErrors } from './errors.ts';
import { KnownKeys } from './known-keys.ts';

/** At most so many in one request (`reference/gateway-http.md` §7.1). */
const MAX_DELETED = 100;

export interface KeyRegistryDependencies {
  spdb: SpDb;
}

export interface KeyRegistryOptions {
  /** Unix milliseconds; for tests. */
  now?: () => number;
  /** Milliseconds that only go forward; for tests. */
  clock?: () => number;
}

export class KeyRegistry implements OffChainKeys {
  readonly #spdb: SpDb;
  readonly #now: () => number;
  readonly #known: KnownKeys;

  constructor(
    { now = Date.now, clock = () => performance.now() }: KeyRegistryOptions,
    { spdb }: KeyRegistryDependencies,
  ) {
    this.#spdb = spdb;
    this.#now = now;
    this.#known = new KnownKeys((scope, key) => tables(() => spdb.getAuthKeyV2(scope, key)), clock);
  }

  async getAuthNonce(asked: KeyScope): Promise<AuthNonce> {
    const scope = named(asked);
    const key = await tables(() => this.#spdb.getAuthKey(scope));
    if (!key) {
      return { current_nonce: 0, next_nonce: 1, current_public_key: '', expiry_date: BigInt(this.#now()) };
    }
    const { current_nonce, next_nonce, current_public_key, expiry_date } = key;
    return { current_nonce, next_nonce, current_public_key, expiry_date };
  }

  async updateUserPublicKey(asked: KeyScope, publicKey: string, nonce: number, expiryMs: bigint): Promise<boolean> {
    const key = { ...named(asked), current_public_key: publicKey, current_nonce: nonce, expiry_date: expiryMs };
    return tables(() => this.#spdb.replaceAuthKey(key));
  }

  async verifyGnfd1Eddsa(asked: KeyScope, signature: string, digest: Uint8Array): Promise<void> {
    const bytes = signatureBytes(signature);
    const scope = named(asked);
    const key = await tables(() => this.#spdb.getAuthKey(scope));
    // without a registration the key is as good as ended now (`reference/gateway-http.md` §2.7)
    if (!key || this.#hasEnded(key.expiry_date)) throw authenticatorErrors.keyExpired();
    const publicKey = hexBytes(key.current_public_key);
    if (!publicKey || !eddsaV1Verify(publicKey, digest, bytes)) throw authenticatorErrors.badSignature();
  }

  async getAuthKeyV2(asked: KeyScope, publicKey: string): Promise<bigint> {
    return (await this.#known.get(namedWithKey(asked, publicKey), publicKey)).expiryMs;
  }

  async updateUserPublicKeyV2(asked: KeyScope, publicKey: string, expiryMs: bigint): Promise<void> {
    const scope = namedWithKey(asked, publicKey);
    const key = { ...scope, public_key: publicKey.toLowerCase(), expiry_date: expiryMs };
    await tables(() => this.#spdb.putAuthKeyV2(key));
    this.#known.forget(scope, [publicKey]);
  }

  async listAuthKeysV2(asked: KeyScope): Promise<string[]> {
    const scope = named(asked);
    const keys = await tables(() => this.#spdb.listAuthKeysV2(scope));
    return keys.map(({ public_key }) => public_key);
  }

  async deleteAuthKeysV2(asked: KeyScope, publicKeys: readonly string[]): Promise<void> {
    if (publicKeys.length > MAX_DELETED) throw authenticatorErrors.tooManyKeys();
    const scope = named(asked);
    const keys = publicKeys.map((key) => key.toLowerCase());
    await tables(() => this.#spdb.deleteAuthKeysV2(scope, keys));
    this.#known.forget(scope, keys);
  }

  async verifyGnfd2Eddsa(asked: KeyScope, publicKey: string, signature: string, digest: Uint8Array): Promise<void> {
    const bytes = signatureBytes(signature);
    const known = await this.#known.get(namedWithKey(asked, publicKey), publicKey);
    if (this.#hasEnded(known.expiryMs)) throw authenticatorErrors.keyExpired();
    if (!known.key || !ed25519Verify(known.key, digest, bytes)) throw authenticatorErrors.badSignature();
  }

  /** Takes away keys of the second generation that have ended, at most `limit`. Returns how many. */
  purge(limit: number): Promise<number> {
    return this.#spdb.deleteExpiredAuthKeysV2(BigInt(this.#now()), limit);
  }

  #hasEnded(expiryMs: bigint): boolean {
    return expiryMs <= BigInt(this.#now());
  }
}

/** @throws 20012 */
function signatureBytes(signature: string): Buffer {
  const bytes = hexBytes(signature);
  if (!bytes) throw authenticatorErrors.badSignature('bad signature: 128 hex digits expected, this is no hex');
  return bytes;
}

/** @throws 20016 */
function named({ account, domain }: KeyScope): AuthKeyScope {
  if (account === '' || domain === '') throw authenticatorErrors.emptyScope();
  // what is no address has no keys either: it is looked for as it came
  return { user_address: checksumIfAddress(account), domain };
}

/** @throws 20017 */
function namedWithKey(asked: KeyScope, publicKey: string): AuthKeyScope {
  if (asked.account === '' || asked.domain === '' || publicKey === '') throw authenticatorErrors.emptyKey();
  return named(asked);
}

/** Tables may not say to a client where they are. @throws 999999 */
async function tables<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw authenticatorErrors.keyTables(undefined, error);
  }
}
