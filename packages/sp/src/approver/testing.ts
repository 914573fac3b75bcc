/** An approver whose surroundings count and can be turned. */
import {
  approvalDigest,
  greenfieldSp,
  type Init,
  type MessageType,
  greenfieldStorage as storage,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import { TransportError } from '@prairie/client';
import {
  BucketQuotaInfo,
  type Consensus,
  type CreateBucketApprovalTask,
  type CreateObjectApprovalTask,
  GfSpError,
  type MigrateBucketApprovalTask,
  type Modules,
  newTask,
  silentLogger,
  type TasksStats,
} from '@prairie/gfsp';
import { memorySpDb } from '../testing/memory-spdb.ts';
import { type ApproverDependencies, ApproverModule, type ApproverOptions } from './module.ts';

export const CREATOR = '0x047e776b864432ED57E923DdF639e02Cf8b5eA3F';
export const OPERATOR = '0x55Bb0651F974cd14E9aEf38776613a7837375683';
/** Of {@link OPERATOR}. */
const OWN_ID = 4;

export const bucketTask = (fields: Init<storage.MsgCreateBucket> = {}): CreateBucketApprovalTask => ({
  task: newTask(),
  create_bucket_info: storage.MsgCreateBucket.create({
    ...{ creator: CREATOR, bucket_name: 'bucket', primary_sp_approval: {} },
    ...fields,
  }),
  fingerprint: new Uint8Array(),
});

export const objectTask = (fields: Init<storage.MsgCreateObject> = {}): CreateObjectApprovalTask => ({
  task: newTask(),
  create_object_info: storage.MsgCreateObject.create({
    ...{ creator: CREATOR, bucket_name: 'bucket', object_name: 'object', primary_sp_approval: {} },
    ...fields,
  }),
  fingerprint: new Uint8Array(),
});

export const migrateTask = (fields: Init<storage.MsgMigrateBucket> = {}): MigrateBucketApprovalTask => ({
  task: newTask(),
  migrate_bucket_info: storage.MsgMigrateBucket.create({
    ...{ operator: CREATOR, bucket_name: 'bucket', dst_primary_sp_id: OWN_ID, dst_primary_sp_approval: {} },
    ...fields,
  }),
});

const IDLE: TasksStats = {
  ...{ upload_count: 0, replicate_count: 0, seal_count: 0, resumable_upload_count: 0, max_uploading: 10 },
  ...{ migrate_gvg_count: 0, recovery_process_count: 0, recovery_failed_list: [] },
};

const TYPES: Record<string, MessageType> = {
  create_bucket_info: storage.MsgCreateBucket as unknown as MessageType,
  create_object_info: storage.MsgCreateObject as unknown as MessageType,
  migrate_bucket_info: storage.MsgMigrateBucket as unknown as MessageType,
};

export class Bench {
  height = 500n;
  owned = 0;
  ownId = OWN_ID;
  family = 7;
  stats: TasksStats = IDLE;
  /** What the bucket's source says of its quota. */
  allowed = true;
  readonly calls: string[] = [];
  readonly broken = new Set<string>();
  readonly spdb = memorySpDb();
  /** Signs: by default the number of the signature, as a byte. */
  sign: (digest: Buffer) => Uint8Array = () => Uint8Array.of(this.count('sign'));
  readonly module: ApproverModule;
  readonly #options: ApproverOptions;
  readonly #dependencies: ApproverDependencies;

  constructor(options: Partial<ApproverOptions> = {}, given: Partial<ApproverDependencies> = {}) {
    this.#options = { operatorAddress: OPERATOR, ...options };
    this.#dependencies = {
      ...{ client: this.#client(), consensus: this.#consensus(), spdb: this.spdb, logger: silentLogger },
      providers: { askBucketQuota: (endpoint, question) => this.#askQuota(endpoint, question) },
      ...given,
    };
    this.module = this.as(ApproverModule);
  }

  /** Another module in the same surroundings. */
  as<T>(type: new (options: ApproverOptions, dependencies: ApproverDependencies) => T): T {
    return new type(this.#options, this.#dependencies);
  }

  count(name: string): number {
    return this.calls.filter((call) => call === name).length;
  }

  #client(): Modules {
    const signing = (what: string, msg: Init<object>) =>
      this.#call('sign', () => this.sign(approvalDigest(TYPES[what]!, msg)));
    const sign = (what: string, msg: Init<object>) =>
      what in TYPES ? signing(what, msg) : this.#call('sign question', () => Uint8Array.of(1));
    return {
      metadata: { getUserBucketsCount: () => this.#call('count', () => this.owned) },
      manager: {
        pickVirtualGroupFamily: () => this.#call('family', () => this.family),
        queryTasksStats: () => this.#call('stats', () => this.stats),
      },
      signer: { sign },
    } as unknown as Modules;
  }

  #consensus(): Consensus {
    const chain: Partial<Consensus> = {
      currentHeight: () => this.#call('height', () => this.height),
      spByOperator: async () => greenfieldSp.StorageProvider.create({ id: this.ownId, operator_address: OPERATOR }),
      spById: async (id) => greenfieldSp.StorageProvider.create({ id, endpoint: `http://sp${id}.test` }),
      family: async (id) => virtualgroup.GlobalVirtualGroupFamily.create({ id, primary_sp_id: 1 }),
      bucket: (name) =>
        this.#call('bucket', () => ({
          bucket_info: storage.BucketInfo.create({ id: 3n, bucket_name: name, global_virtual_group_family_id: 9 }),
          is_rate_limited: false,
        })),
    };
    return chain as Consensus;
  }

  #askQuota(endpoint: string, question: string): Promise<BucketQuotaInfo> {
    return this.#call(`ask ${endpoint} ${question}`, () => {
      if (this.broken.has('source')) throw new TransportError('no byte for 10000 ms');
      return BucketQuotaInfo.create({ bucket_id: 3n, allow_migrate: this.allowed });
    });
  }

  async #call<T>(name: string, answer: () => T): Promise<T> {
    this.calls.push(name);
    await new Promise(setImmediate);
    if (this.broken.has(name)) throw new Error(`no ${name}`);
    return answer();
  }
}

/** Code and status of what `work` throws; `[0, 200]` when it does not. */
export async function codeOf(work: Promise<unknown>): Promise<[number, number]> {
  try {
    await work;
    return [0, 200];
  } catch (error) {
    const { innerCode, httpStatus } = GfSpError.from(error);
    return [innerCode, httpStatus];
  }
}
