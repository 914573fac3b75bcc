import { isAddress, toChecksumAddress } from '@prairie/chain';
import type { AppPart, Authenticator, AuthOperation, Consensus, Logger, Modules } from '@prairie/gfsp';
import { mayAskForBucket, mayAskForObject } from './approval-rules.ts';
import { ChainView } from './chain-view.ts';
import { authenticatorErrors } from './errors.ts';
import type { Rule, Witnesses } from './question.ts';
import { mayGetObject, mayReadQuota } from './read-rules.ts';
import { mayGetUploadingState, mayPutObject } from './write-rules.ts';

export interface AuthenticatorOptions {
  /** This provider, by which its id is looked up. */
  operatorAddress: string;
  /** Its id on chain, when it is known already. */
  spId?: number;
}

export interface AuthenticatorDependencies {
  client: Modules;
  consensus: Consensus;
  logger: Logger;
}

/** `account` says that the rule is about one; the others are for anyone, named or not. */
const RULES: Readonly<Record<AuthOperation, { rule: Rule; account: boolean }>> = {
  'ask-create-bucket-approval': { rule: mayAskForBucket, account: true },
  'ask-create-object-approval': { rule: mayAskForObject, account: true },
  'put-object': { rule: mayPutObject, account: true },
  'get-uploading-state': { rule: mayGetUploadingState, account: true },
  'get-object': { rule: mayGetObject, account: true },
  'get-bucket-quota': { rule: mayReadQuota, account: false },
  'list-bucket-read-record': { rule: mayReadQuota, account: false },
};

/** Says who may do what (`reference/internal-grpc.md` §4.1). Keeps no state but what the chain seldom changes. */
export class AuthenticatorModule implements Authenticator, AppPart {
  readonly name = 'authenticator';
  readonly uses = ['metadata'] as const;
  readonly #witnesses: Witnesses;
  readonly #logger: Logger;

  constructor(options: AuthenticatorOptions, { client, consensus, logger }: AuthenticatorDependencies) {
    this.#witnesses = { client, chain: new ChainView(options, { consensus }) };
    this.#logger = logger;
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  async authorize(operation: AuthOperation, account: string, bucket: string, object: string): Promise<void> {
    const known = Object.hasOwn(RULES, operation) ? RULES[operation] : undefined;
    if (!known) throw authenticatorErrors.unknownOperation(`unknown operation ${operation}`);
    if (known.account && !isAddress(account)) throw authenticatorErrors.invalidAddress();
    const question = { account: known.account ? toChecksumAddress(account) : account, bucket, object };
    try {
      await known.rule(question, this.#witnesses);
    } catch (error) {
      this.#logger.debug('not authorized', { operation, ...question, error });
      throw error;
    }
  }
}
