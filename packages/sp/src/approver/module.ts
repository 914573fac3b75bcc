import { greenfieldCommon as common, greenfieldStorage as storage } from '@prairie/chain';
import {
  type AppPart,
  type Approver,
  type Consensus,
  GfSpError,
  inSteps,
  type Logger,
  type Modules,
  type Outcome,
  sharedGatewayErrors,
} from '@prairie/gfsp';
import { Answers } from './answers.ts';
import { approverErrors } from './errors.ts';

export interface ApproverOptions {
  /** Buckets an account may own before it gets no approval for another. Default 100. */
  maxBucketsPerAccount?: number;
  /** Blocks an approval of a bucket lives. Default 100. */
  bucketTimeoutHeight?: bigint;
  /** Blocks an approval of an object lives. Default 100. */
  objectTimeoutHeight?: bigint;
  /** Approvals of one kind in work at a time. Default 10240. */
  parallel?: number;
  /** Approvals of one kind that are kept, to be given again. Default 10240. */
  remembered?: number;
}

export interface ApproverDependencies {
  client: Modules;
  consensus: Consensus;
  logger: Logger;
}

/** Agrees to the creation of buckets and objects (`reference/gateway-http.md` §5.2, `internal-grpc.md` §5). */
export class ApproverModule implements Approver, AppPart {
  readonly name = 'approver';
  readonly uses = ['signer', 'manager', 'metadata'] as const;
  readonly #dependencies: ApproverDependencies;
  readonly #options: Required<ApproverOptions>;
  readonly #buckets: Answers<storage.MsgCreateBucket>;
  readonly #objects: Answers<storage.MsgCreateObject>;

  constructor(options: ApproverOptions, dependencies: ApproverDependencies) {
    this.#dependencies = dependencies;
    this.#options = {
      maxBucketsPerAccount: options.maxBucketsPerAccount ?? 100,
      bucketTimeoutHeight: options.bucketTimeoutHeight ?? 100n,
      objectTimeoutHeight: options.objectTimeoutHeight ?? 100n,
      parallel: options.parallel ?? 10_240,
      remembered: options.remembered ?? 10_240,
    };
    const bounds = { entries: this.#options.remembered, parallel: this.#options.parallel };
    this.#buckets = new Answers(storage.MsgCreateBucket, bounds);
    this.#objects = new Answers(storage.MsgCreateObject, bounds);
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  async createBucketApproval(msg: storage.MsgCreateBucket): Promise<storage.MsgCreateBucket> {
    const steps = {
      pre: (asked: storage.MsgCreateBucket) => this.preCreateBucketApproval(asked),
      handle: (asked: storage.MsgCreateBucket) => this.handleCreateBucketApproval(asked),
      post: (asked: storage.MsgCreateBucket, outcome: Outcome<storage.MsgCreateBucket>) =>
        this.postCreateBucketApproval(asked, outcome),
    };
    return inSteps(steps, msg);
  }

  /** @throws approver 10001, 10002 */
  async preCreateBucketApproval(msg: storage.MsgCreateBucket): Promise<void> {
    if (!msg) throw approverErrors.requestLost();
    await this.#requireRoom(msg.creator);
  }

  /** @throws approver 10003, 11001; 540001; gateway 55001 */
  async handleCreateBucketApproval(msg: storage.MsgCreateBucket): Promise<storage.MsgCreateBucket> {
    return this.#buckets.answer(
      msg,
      () => this.#height(),
      () => this.#approveBucket(msg),
    );
  }

  /** Nothing is left to do. */
  async postCreateBucketApproval(
    _msg: storage.MsgCreateBucket,
    _outcome: Outcome<storage.MsgCreateBucket>,
  ): Promise<void> {}

  async createObjectApproval(msg: storage.MsgCreateObject): Promise<storage.MsgCreateObject> {
    const steps = {
      pre: (asked: storage.MsgCreateObject) => this.preCreateObjectApproval(asked),
      handle: (asked: storage.MsgCreateObject) => this.handleCreateObjectApproval(asked),
      post: (asked: storage.MsgCreateObject, outcome: Outcome<storage.MsgCreateObject>) =>
        this.postCreateObjectApproval(asked, outcome),
    };
    return inSteps(steps, msg);
  }

  /** @throws approver 10001 */
  async preCreateObjectApproval(msg: storage.MsgCreateObject): Promise<void> {
    if (!msg) throw approverErrors.requestLost();
  }

  /** @throws approver 10003, 11001; gateway 55001 */
  async handleCreateObjectApproval(msg: storage.MsgCreateObject): Promise<storage.MsgCreateObject> {
    return this.#objects.answer(
      msg,
      () => this.#height(),
      () => this.#approveObject(msg),
    );
  }

  /** Nothing is left to do. */
  async postCreateObjectApproval(
    _msg: storage.MsgCreateObject,
    _outcome: Outcome<storage.MsgCreateObject>,
  ): Promise<void> {}

  async #approveBucket(msg: storage.MsgCreateBucket): Promise<storage.MsgCreateBucket> {
    const { client, logger } = this.#dependencies;
    // picking may make a family on chain: `pre` has refused those who get no bucket
    const [family, height] = await Promise.all([client.manager.pickVirtualGroupFamily(), this.#height()]);
    const unsigned = common.Approval.create({
      expired_height: height + this.#options.bucketTimeoutHeight,
      global_virtual_group_family_id: family,
    });
    const filled = { ...msg, primary_sp_approval: unsigned };
    const sig = await signed(client.signer.sign('create_bucket_info', filled));
    logger.debug('approved a bucket', { bucket: msg.bucket_name, creator: msg.creator, family });
    return { ...filled, primary_sp_approval: { ...unsigned, sig } };
  }

  /** The family stays as it came: an object is where its bucket is. */
  async #approveObject(msg: storage.MsgCreateObject): Promise<storage.MsgCreateObject> {
    const { client, logger } = this.#dependencies;
    const unsigned = common.Approval.create({
      expired_height: (await this.#height()) + this.#options.objectTimeoutHeight,
      global_virtual_group_family_id: msg.primary_sp_approval?.global_virtual_group_family_id ?? 0,
    });
    const filled = { ...msg, primary_sp_approval: unsigned };
    const sig = await signed(client.signer.sign('create_object_info', filled));
    logger.debug('approved an object', { bucket: msg.bucket_name, object: msg.object_name, creator: msg.creator });
    return { ...filled, primary_sp_approval: { ...unsigned, sig } };
  }

  /** The chain has no such limit: this is the only place that holds accounts to it. */
  async #requireRoom(account: string): Promise<void> {
    const limit = this.#options.maxBucketsPerAccount;
    const owned = await this.#dependencies.client.metadata.getUserBucketsCount(account);
    if (owned < limit) return;
    throw approverErrors.tooManyBuckets(
      `the account ${account} owns ${owned} buckets, this provider approves up to ${limit}: delete one first`,
    );
  }

  async #height(): Promise<bigint> {
    try {
      return await this.#dependencies.consensus.currentHeight();
    } catch (error) {
      throw sharedGatewayErrors.chain(`the chain did not say its height: ${GfSpError.from(error).message}`, error);
    }
  }
}

async function signed(signature: Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    return await signature;
  } catch (error) {
    throw approverErrors.signer(`the approval could not be signed: ${GfSpError.from(error).message}`, error);
  }
}
