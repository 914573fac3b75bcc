import { encode, type Init, type MessageType, sha256, greenfieldStorage as storage } from '@prairie/chain';
import {
  type AppPart,
  type Approver,
  busyErrors,
  type CreateBucketApprovalTask,
  type CreateObjectApprovalTask,
  type DelegateCreateObjectApprovalTask,
  inSteps,
  keyOf,
  type Limit,
  type Logger,
  MemoryQueueEngine,
  type MigrateBucketApprovalTask,
  type Outcome,
  type QueueEngine,
  type ResourceScope,
  type Steps,
} from '@prairie/gfsp';
import { reserve } from '../common/busy.ts';
import { Answers } from './answers.ts';
import { approverErrors } from './errors.ts';
import { Load } from './load.ts';
import { MigrationChecks, type MigrationChecksDependencies } from './migration.ts';
import { Signing } from './signing.ts';

export interface ApproverOptions {
  /** This provider, checksummed. */
  operatorAddress: string;
  /** Buckets an account may own before it gets no approval for another. Default 100. */
  maxBucketsPerAccount?: number;
  /** Blocks an approval of a bucket, or of its migration, lives. Default 100. */
  bucketTimeoutHeight?: bigint;
  /** Blocks an approval of an object lives. Default 100. */
  objectTimeoutHeight?: bigint;
  /** Approvals of buckets that are in work or kept; as many of migrations. Default 10240. */
  maxBucketApprovals?: number;
  /** Approvals of objects that are in work or kept. Default 10240. */
  maxObjectApprovals?: number;
  /** Groups that wait to be moved here before no more buckets are taken. Default 200. */
  maxMigrations?: number;
}

export interface ApproverDependencies extends MigrationChecksDependencies {
  /** Where approvals are kept, in this process. Its maker closes it. Default: one of its own. */
  engine?: QueueEngine;
  /** What approvals in work are counted in; without it they are not. */
  resources?: ResourceScope;
  logger: Logger;
}

const DEFAULTS = {
  maxBucketsPerAccount: 100,
  bucketTimeoutHeight: 100n,
  objectTimeoutHeight: 100n,
  maxBucketApprovals: 10_240,
  maxObjectApprovals: 10_240,
  maxMigrations: 200,
};

/** The few low slots of a process are for its collections, which hold them for minutes. */
const SLOT: Partial<Limit> = { tasks_medium_priority: 1 };

/**
 * Agrees to the creation of buckets and objects, and to migrations (`reference/gateway-http.md` §5.2, `internal-grpc.md`
 * §5). Each kind has its three steps; a module that takes the place of this one may refuse in any of them with gateway
 * 50007.
 */
export class ApproverModule implements Approver, AppPart {
  readonly name = 'approver';
  readonly uses = ['signer', 'manager', 'metadata'] as const;
  readonly #dependencies: ApproverDependencies;
  readonly #options: Required<ApproverOptions>;
  readonly #signing: Signing;
  readonly #migration: MigrationChecks;
  readonly #load: Load;
  readonly #ownEngine: MemoryQueueEngine | undefined;
  readonly #buckets: Answers<storage.MsgCreateBucket>;
  readonly #migrations: Answers<storage.MsgMigrateBucket>;
  readonly #objects: Answers<storage.MsgCreateObject>;
  /** In the same queue. */
  readonly #delegated: Answers<storage.MsgDelegateCreateObject>;

  constructor(options: ApproverOptions, dependencies: ApproverDependencies) {
    this.#dependencies = dependencies;
    this.#options = { ...DEFAULTS, ...options };
    this.#signing = new Signing(this.#options, dependencies);
    this.#migration = new MigrationChecks(this.#options, dependencies);
    this.#load = new Load(this.#options, dependencies);
    const { maxBucketApprovals, maxObjectApprovals } = this.#options;
    this.#ownEngine = dependencies.engine ? undefined : new MemoryQueueEngine();
    const engine = dependencies.engine ?? this.#ownEngine!;
    const given = { engine, height: () => this.#signing.height() };
    this.#buckets = new Answers({ name: 'create-bucket-approval', capacity: maxBucketApprovals }, given);
    this.#migrations = new Answers({ name: 'migrate-bucket-approval', capacity: maxBucketApprovals }, given);
    const ofObjects = { name: 'create-object-approval', capacity: maxObjectApprovals };
    this.#objects = new Answers(ofObjects, given);
    this.#delegated = new Answers(ofObjects, given);
  }

  async start(): Promise<void> {
    await Promise.all([this.#buckets.open(), this.#migrations.open(), this.#objects.open()]);
  }

  async stop(): Promise<void> {
    await this.#ownEngine?.close();
  }

  createBucketApproval(task: CreateBucketApprovalTask): Promise<CreateBucketApprovalTask> {
    return this.#inSteps(task, {
      pre: (asked) => this.preCreateBucketApproval(asked),
      handle: (asked) => this.handleCreateBucketApproval(asked),
      post: (asked, outcome) => this.postCreateBucketApproval(asked, outcome),
    });
  }

  /** @throws approver 10001 */
  async preCreateBucketApproval(task: CreateBucketApprovalTask): Promise<void> {
    if (!task?.create_bucket_info) throw approverErrors.requestLost();
  }

  /** @throws approver 10002, 11001; 540001; gateway 55001; TaskQueue 970002 */
  async handleCreateBucketApproval(task: CreateBucketApprovalTask): Promise<CreateBucketApprovalTask> {
    const { create_bucket_info: msg } = task;
    const fingerprint = fingerprintOf(storage.MsgCreateBucket, msg, task.fingerprint);
    const create_bucket_info = await this.#buckets.answer(
      keyOf('create-bucket-approval', { ...task, fingerprint }),
      async () => {
        // picking may make a family on chain: who gets no bucket is refused before
        await this.#requireRoom(msg.creator);
        return this.#signing.bucket(msg);
      },
    );
    return { ...task, create_bucket_info };
  }

  /** Nothing is left to do. */
  async postCreateBucketApproval(
    _task: CreateBucketApprovalTask,
    _outcome: Outcome<CreateBucketApprovalTask>,
  ): Promise<void> {}

  createObjectApproval(task: CreateObjectApprovalTask): Promise<CreateObjectApprovalTask> {
    return this.#inSteps(task, {
      pre: (asked) => this.preCreateObjectApproval(asked),
      handle: (asked) => this.handleCreateObjectApproval(asked),
      post: (asked, outcome) => this.postCreateObjectApproval(asked, outcome),
    });
  }

  /** @throws approver 10001, 10003 */
  async preCreateObjectApproval(task: CreateObjectApprovalTask): Promise<void> {
    if (!task?.create_object_info) throw approverErrors.requestLost();
    await this.#load.requireUploadRoom();
  }

  /** @throws approver 11001; gateway 55001; TaskQueue 970002 */
  async handleCreateObjectApproval(task: CreateObjectApprovalTask): Promise<CreateObjectApprovalTask> {
    const { create_object_info: msg } = task;
    const fingerprint = fingerprintOf(storage.MsgCreateObject, msg, task.fingerprint);
    const key = keyOf('create-object-approval', { ...task, fingerprint });
    const create_object_info = await this.#objects.answer(key, () => this.#signing.object(msg));
    return { ...task, create_object_info };
  }

  /** Nothing is left to do. */
  async postCreateObjectApproval(
    _task: CreateObjectApprovalTask,
    _outcome: Outcome<CreateObjectApprovalTask>,
  ): Promise<void> {}

  migrateBucketApproval(task: MigrateBucketApprovalTask): Promise<MigrateBucketApprovalTask> {
    return this.#inSteps(task, {
      pre: (asked) => this.preMigrateBucketApproval(asked),
      handle: (asked) => this.handleMigrateBucketApproval(asked),
      post: (asked, outcome) => this.postMigrateBucketApproval(asked, outcome),
    });
  }

  /** @throws approver 10001, 10003; GfSp 999999; gateway 55001 */
  async preMigrateBucketApproval(task: MigrateBucketApprovalTask): Promise<void> {
    if (!task?.migrate_bucket_info) throw approverErrors.requestLost();
    await this.#migration.requireDestination(task.migrate_bucket_info);
    await this.#load.requireMigrationRoom();
  }

  /** @throws approver 10004, 11001; gateway 55001; TaskQueue 970002 */
  async handleMigrateBucketApproval(task: MigrateBucketApprovalTask): Promise<MigrateBucketApprovalTask> {
    const { migrate_bucket_info: msg } = task;
    const migrate_bucket_info = await this.#migrations.answer(keyOf('migrate-bucket-approval', task), async () => {
      await this.#migration.requireMovable(msg.bucket_name);
      return this.#signing.migration(msg);
    });
    return { ...task, migrate_bucket_info };
  }

  /** Nothing is left to do. */
  async postMigrateBucketApproval(
    _task: MigrateBucketApprovalTask,
    _outcome: Outcome<MigrateBucketApprovalTask>,
  ): Promise<void> {}

  delegateCreateObjectApproval(task: DelegateCreateObjectApprovalTask): Promise<void> {
    return this.#inSteps(task, {
      pre: (asked) => this.preDelegateCreateObjectApproval(asked),
      handle: (asked) => this.handleDelegateCreateObjectApproval(asked),
      post: (asked, outcome) => this.postDelegateCreateObjectApproval(asked, outcome),
    });
  }

  /** @throws approver 10001, 10003 */
  async preDelegateCreateObjectApproval(task: DelegateCreateObjectApprovalTask): Promise<void> {
    if (!task?.delegate_create_object) throw approverErrors.requestLost();
    await this.#load.requireUploadRoom();
  }

  /** The provider itself sends the message: it is counted like the others, and nothing is signed. @throws as for an object */
  async handleDelegateCreateObjectApproval(task: DelegateCreateObjectApprovalTask): Promise<void> {
    const { delegate_create_object: msg } = task;
    const fingerprint = fingerprintOf(storage.MsgDelegateCreateObject, msg, task.fingerprint);
    const key = keyOf('delegate-create-object-approval', { ...task, fingerprint });
    await this.#delegated.answer(key, () => this.#signing.delegated(msg));
  }

  /** Nothing is left to do. */
  async postDelegateCreateObjectApproval(
    _task: DelegateCreateObjectApprovalTask,
    _outcome: Outcome<void>,
  ): Promise<void> {}

  async queryTasks(filter: string): Promise<string[]> {
    const all = [this.#buckets, this.#migrations, this.#objects];
    return (await Promise.all(all.map((answers) => answers.lines(filter)))).flat();
  }

  /** @throws 990102 when too many are in work */
  async #inSteps<Q, R>(task: Q, steps: Steps<Q, R>): Promise<R> {
    const span = reserve(this.#dependencies.resources, SLOT, busyErrors.approver);
    try {
      return await inSteps(steps, task);
    } finally {
      span.done();
    }
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
}

/** As it came; of the message itself when a caller gave none, so that two messages never share an answer. */
function fingerprintOf<T>(type: MessageType<T>, msg: T, fingerprint: Uint8Array | undefined): Uint8Array {
  return fingerprint?.length ? fingerprint : sha256(encode(type, msg as Init<T>));
}
