/** Operations that need an account's permission (`reference/internal-grpc.md` §4.1). */
export type AuthOperation =
  | 'ask-create-bucket-approval'
  | 'ask-migrate-bucket-approval'
  | 'ask-create-object-approval'
  | 'get-challenge-piece-info'
  | 'put-object'
  | 'get-object'
  | 'get-uploading-state'
  | 'get-bucket-quota'
  | 'list-bucket-read-record'
  | 'get-recovery-piece'
  | 'query-bucket-migration-progress'
  | 'agent-put-object'
  | 'agent-update-object';

/** An account as one application knows it: keys are registered for both together. Addresses in any case. */
export interface KeyScope {
  readonly account: string;
  /** The application's origin, `https://app.example`. */
  readonly domain: string;
}

/** Of the one key that the first generation has in a scope. */
export interface AuthNonce {
  /** Of the last registration; 0 before the first. */
  readonly current_nonce: number;
  /** What the next registration has to carry. */
  readonly next_nonce: number;
  /** 64 hex digits; empty before the first registration. */
  readonly current_public_key: string;
  /** Unix milliseconds; the time of the question before the first registration. */
  readonly expiry_date: bigint;
}

/**
 * Keys that applications sign with in an account's name, once the account has registered them (§4.2).
 * Tables that fail are 999999.
 */
export interface OffChainKeys {
  /** @throws authenticator 20016 */
  getAuthNonce(scope: KeyScope): Promise<AuthNonce>;
  /**
   * Registers the scope's one key of the first generation; the one before stops to work. `nonce` is the next one, or
   * nothing is written and the answer is false. `expiryMs` in unix milliseconds.
   * @throws authenticator 20016
   */
  updateUserPublicKey(scope: KeyScope, publicKey: string, nonce: number, expiryMs: bigint): Promise<boolean>;
  /**
   * Resolves when `signature` (hex of 64 bytes) is the scope's key's over the 32 bytes of `digest`.
   * @throws authenticator 20012, 20015, 20016
   */
  verifyGnfd1Eddsa(scope: KeyScope, signature: string, digest: Uint8Array): Promise<void>;
  /** When the registration ends, in unix milliseconds. @throws authenticator 20017, 20019 */
  getAuthKeyV2(scope: KeyScope, publicKey: string): Promise<bigint>;
  /** Registers a key of the second generation, or gives it another end. @throws authenticator 20017 */
  updateUserPublicKeyV2(scope: KeyScope, publicKey: string, expiryMs: bigint): Promise<void>;
  /** By their digits; expired ones that were not removed yet are among them. @throws authenticator 20016 */
  listAuthKeysV2(scope: KeyScope): Promise<string[]>;
  /** At most 100; those that are not there do not matter. @throws authenticator 20016, 20018 */
  deleteAuthKeysV2(scope: KeyScope, publicKeys: readonly string[]): Promise<void>;
  /**
   * As for the first generation, with one of the scope's keys.
   * @throws authenticator 20012, 20015, 20017, 20019
   */
  verifyGnfd2Eddsa(scope: KeyScope, publicKey: string, signature: string, digest: Uint8Array): Promise<void>;
}

export interface Authenticator extends OffChainKeys {
  /**
   * Resolves when `account` may do `operation`; the reference's checks in the reference's order.
   * @throws authenticator 20001…20020, 25002; gateway 50004 when the chain or metadata say no.
   */
  authorize(operation: AuthOperation, account: string, bucket: string, object: string): Promise<void>;
}
