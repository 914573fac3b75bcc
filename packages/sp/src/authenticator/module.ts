import { isAddress, toChecksumAddress } from '@prairie/chain';
import type {
  AppPart,
  Authenticator,
  AuthNonce,
  AuthOperation,
  Consensus,
  KeyScope,
  Logger,
  SpDb,
} from '@prairie/gfsp';
import { mayAskForBucket, mayAskForMigration, mayAskForObject } from './approval-rules.ts';
import { ChainView } from './chain-view.ts';
import { authenticatorErrors } from './errors.ts';
import { KeyPurge } from './key-purge.ts';
import { KeyRegistry } from './key-registry.ts';
import { mayChallenge, mayRecoverPiece } from './piece-rules.ts';
import type { Question, Rule, Witnesses } from './question.ts';
import { mayAskForProgress, mayGetObject, mayReadQuota } from './read-rules.ts';
import { mayGetUploadingState, mayPutAsAgent, mayPutObject, mayUpdateAsAgent } from './write-rules.ts';

export interface AuthenticatorOptions {
  /** This provider, by which its id is looked up. */
  operatorAddress: string;
  /** Its id on chain, when it is known already. */
  spId?: number;
  /** Quota and read records are for anyone, as the reference has it. Default: see `mayReadQuota`. */
  openQueries?: boolean;
  /** Keys that have ended are taken away so often, in milliseconds; 0: never. Default 1 h. */
  purgeIntervalMs?: number;
}

export interface AuthenticatorDependencies {
  consensus: Consensus;
  /** As of a block that is at most some blocks old: for reads. What it refuses is asked of the chain itself. */
  recent?: Consensus;
  spdb: SpDb;
  logger: Logger;
}

/**
 * `account` says that the rule is about one; the others look at it themselves, if at all. `reads` that
 * nothing is promised or spent by a yes, so that it may come from a block that is a little older than the chain's latest.
 */
const RULES: Readonly<Record<AuthOperation, { rule: Rule; account: boolean; reads?: true }>> = {
  'ask-create-bucket-approval': { rule: mayAskForBucket, account: true },
  'ask-migrate-bucket-approval': { rule: mayAskForMigration, account: true },
  'ask-create-object-approval': { rule: mayAskForObject, account: true },
  'get-challenge-piece-info': { rule: mayChallenge, account: true, reads: true },
  'put-object': { rule: mayPutObject, account: true },
  'get-object': { rule: mayGetObject, account: true, reads: true },
  'get-uploading-state': { rule: mayGetUploadingState, account: true, reads: true },
  'get-bucket-quota': { rule: mayReadQuota, account: false, reads: true },
  'list-bucket-read-record': { rule: mayReadQuota, account: false, reads: true },
  'get-recovery-piece': { rule: mayRecoverPiece, account: true, reads: true },
  'query-bucket-migration-progress': { rule: mayAskForProgress, account: true, reads: true },
  'agent-put-object': { rule: mayPutAsAgent, account: true },
  'agent-update-object': { rule: mayUpdateAsAgent, account: true },
};

/** Says who may do what (`reference/internal-grpc.md` §4), and whose keys have signed. */
export class AuthenticatorModule implements Authenticator, AppPart {
  readonly name = 'authenticator';
  readonly #witnesses: Witnesses;
  readonly #recent: Witnesses | undefined;
  readonly #keys: KeyRegistry;
  readonly #purge: KeyPurge;
  readonly #logger: Logger;

  constructor(options: AuthenticatorOptions, { consensus, recent, spdb, logger }: AuthenticatorDependencies) {
    const { openQueries = false, purgeIntervalMs } = options;
    this.#witnesses = { chain: new ChainView(options, { consensus }), openQueries };
    this.#recent = recent && { ...this.#witnesses, chain: new ChainView(options, { consensus: recent }) };
    this.#keys = new KeyRegistry({}, { spdb });
    this.#purge = new KeyPurge(purgeIntervalMs === undefined ? {} : { intervalMs: purgeIntervalMs }, {
      keys: this.#keys,
      logger,
    });
    this.#logger = logger;
  }

  async start(): Promise<void> {
    this.#purge.start();
  }

  async stop(): Promise<void> {
    await this.#purge.stop();
  }

  async authorize(operation: AuthOperation, account: string, bucket: string, object: string): Promise<void> {
    const known = Object.hasOwn(RULES, operation) ? RULES[operation] : undefined;
    if (!known) throw authenticatorErrors.unknownOperation(`unknown operation ${operation}`);
    if (known.account && !isAddress(account)) throw authenticatorErrors.invalidAddress();
    const question = { account: known.account ? toChecksumAddress(account) : account, bucket, object };
    try {
      if (known.reads && this.#recent && (await isAllowed(known.rule, question, this.#recent))) return;
      await known.rule(question, this.#witnesses);
    } catch (error) {
      this.#logger.debug('not authorized', { operation, ...question, error });
      throw error;
    }
  }

  getAuthNonce(scope: KeyScope): Promise<AuthNonce> {
    return this.#keys.getAuthNonce(scope);
  }

  updateUserPublicKey(scope: KeyScope, publicKey: string, nonce: number, expiryMs: bigint): Promise<boolean> {
    return this.#keys.updateUserPublicKey(scope, publicKey, nonce, expiryMs);
  }

  verifyGnfd1Eddsa(scope: KeyScope, signature: string, digest: Uint8Array): Promise<void> {
    return this.#keys.verifyGnfd1Eddsa(scope, signature, digest);
  }

  getAuthKeyV2(scope: KeyScope, publicKey: string): Promise<bigint> {
    return this.#keys.getAuthKeyV2(scope, publicKey);
  }

  updateUserPublicKeyV2(scope: KeyScope, publicKey: string, expiryMs: bigint): Promise<void> {
    return this.#keys.updateUserPublicKeyV2(scope, publicKey, expiryMs);
  }

  listAuthKeysV2(scope: KeyScope): Promise<string[]> {
    return this.#keys.listAuthKeysV2(scope);
  }

  deleteAuthKeysV2(scope: KeyScope, publicKeys: readonly string[]): Promise<void> {
    return this.#keys.deleteAuthKeysV2(scope, publicKeys);
  }

  verifyGnfd2Eddsa(scope: KeyScope, publicKey: string, signature: string, digest: Uint8Array): Promise<void> {
    return this.#keys.verifyGnfd2Eddsa(scope, publicKey, signature, digest);
  }
}

async function isAllowed(rule: Rule, question: Question, witnesses: Witnesses): Promise<boolean> {
  try {
    await rule(question, witnesses);
    return true;
  } catch {
    return false;
  }
}
