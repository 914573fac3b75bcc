/** Whose keys, and for which application (§11.3). The address is checksummed. */
export interface AuthKeyScope {
  readonly user_address: string;
  /** The application's origin. */
  readonly domain: string;
}

/** The scope's one key of the first generation. */
export interface AuthKey extends AuthKeyScope {
  /** 64 hex digits. */
  readonly current_public_key: string;
  /** That the key was registered with. */
  readonly current_nonce: number;
  readonly next_nonce: number;
  /** Unix milliseconds, as all times here. */
  readonly expiry_date: bigint;
}

/** One of the scope's keys of the second generation. */
export interface AuthKeyV2 extends AuthKeyScope {
  /** 64 hex digits in lower case. */
  readonly public_key: string;
  readonly expiry_date: bigint;
}

/** Keys that applications sign with in an account's name. */
export interface AuthKeyTables {
  getAuthKey(scope: AuthKeyScope): Promise<AuthKey | undefined>;
  /**
   * Puts the key in the place of the scope's one before. false, and nothing is written, unless `current_nonce` is the
   * scope's next one: 1 at first.
   */
  replaceAuthKey(key: Omit<AuthKey, 'next_nonce'>): Promise<boolean>;
  getAuthKeyV2(scope: AuthKeyScope, publicKey: string): Promise<AuthKeyV2 | undefined>;
  /** A key that is there gets the new end. Where a scope has too many keys, those that end first make room. */
  putAuthKeyV2(key: AuthKeyV2): Promise<void>;
  /** By their digits. */
  listAuthKeysV2(scope: AuthKeyScope): Promise<AuthKeyV2[]>;
  deleteAuthKeysV2(scope: AuthKeyScope, publicKeys: readonly string[]): Promise<void>;
  /** Takes away at most `limit` keys of the second generation that ended before `time`. Returns how many. */
  deleteExpiredAuthKeysV2(time: bigint, limit: number): Promise<number>;
}
