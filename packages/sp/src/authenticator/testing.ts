/** A chain of one bucket and one object, all of whose facts a test can turn. */
import {
  greenfieldPayment as payment,
  greenfieldPermission as permission,
  greenfieldSp as sp,
  greenfieldStorage as storage,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import { type AuthOperation, type Consensus, GfSpError, silentLogger } from '@prairie/gfsp';
import { memorySpDb } from '../testing/memory-spdb.ts';
import { AuthenticatorModule } from './module.ts';

export const ACCOUNT = '0x047e776b864432ED57E923DdF639e02Cf8b5eA3F';
export const OWNER = '0xf1843e4CC26d56678fF153A18ca2569eB8D97d0B';
export const OPERATOR = '0x55Bb0651F974cd14E9aEf38776613a7837375683';
const OWN_ID = 1;
export const STRANGER = '0x2bEa8ef80795cb495Fccfd6718A66f6f6c459f40';

export interface Facts {
  bucketExists: boolean;
  objectExists: boolean;
  primaryId: number;
  status: number;
  isUpdating: boolean;
  isRateLimited: boolean;
  payment: number | undefined;
  /** Actions besides reading that the chain allows. */
  chainAllows: readonly number[];
  mayRead: boolean;
  /** On chain. */
  accountExists: boolean;
  challengers: readonly string[];
  /** Providers with a part of the object. */
  secondaries: readonly number[];
}

export const GOOD: Facts = {
  bucketExists: true,
  objectExists: true,
  primaryId: OWN_ID,
  status: storage.ObjectStatus.OBJECT_STATUS_CREATED,
  isUpdating: false,
  isRateLimited: false,
  payment: payment.StreamAccountStatus.STREAM_ACCOUNT_STATUS_ACTIVE,
  chainAllows: [permission.ActionType.ACTION_CREATE_OBJECT, permission.ActionType.ACTION_UPDATE_OBJECT_CONTENT],
  mayRead: true,
  accountExists: true,
  challengers: [ACCOUNT.toLowerCase()],
  secondaries: [],
};

/** A module over facts that may still change, and what it asked. */
export class Bench {
  readonly facts: Facts;
  readonly asked: string[] = [];
  /** Queries that fail. */
  readonly broken = new Set<string>();
  /** How they fail: a text, or an error. */
  breaking: string | Error = 'the node does not answer';
  /** Resolves before a query is answered. */
  delay: (query: string) => Promise<void> = () => Promise.resolve();
  readonly spdb = memorySpDb();
  readonly consensus: Consensus;
  readonly module: AuthenticatorModule;

  constructor(
    facts: Partial<Facts> = {},
    { recent, ...options }: { spId?: number; openQueries?: boolean; recent?: Consensus } = {},
  ) {
    this.facts = { ...GOOD, ...facts };
    this.consensus = this.#consensus() as Consensus;
    this.module = new AuthenticatorModule(
      { operatorAddress: OPERATOR, ...options },
      { consensus: this.consensus, spdb: this.spdb, logger: silentLogger, ...(recent ? { recent } : {}) },
    );
  }

  /** 0 when it is allowed. */
  async code(operation: AuthOperation, account = ACCOUNT): Promise<number> {
    try {
      await this.module.authorize(operation, account, 'bucket', 'object');
      return 0;
    } catch (error) {
      return GfSpError.from(error).innerCode;
    }
  }

  async #ask<T>(query: string, answer: () => T): Promise<T> {
    this.asked.push(query);
    await this.delay(query);
    if (this.broken.has(query)) throw typeof this.breaking === 'string' ? new Error(this.breaking) : this.breaking;
    return answer();
  }

  #consensus(): Partial<Consensus> {
    const { facts } = this;
    const bucket = () => ({
      bucket_info: storage.BucketInfo.create({
        owner: OWNER,
        bucket_name: 'bucket',
        global_virtual_group_family_id: 7,
      }),
      is_rate_limited: facts.isRateLimited,
    });
    const object = () => ({
      object_info: storage.ObjectInfo.create({
        bucket_name: 'bucket',
        object_name: 'object',
        object_status: facts.status,
        is_updating: facts.isUpdating,
      }),
      global_virtual_group: facts.secondaries.length
        ? virtualgroup.GlobalVirtualGroup.create({ secondary_sp_ids: [...facts.secondaries] })
        : undefined,
    });
    const record = () =>
      facts.payment === undefined ? undefined : payment.StreamRecord.create({ status: facts.payment });
    return {
      spByOperator: () => this.#ask('sp', () => sp.StorageProvider.create({ id: OWN_ID, operator_address: OPERATOR })),
      bucket: () => this.#ask('bucket', () => (facts.bucketExists ? bucket() : undefined)),
      object: () => this.#ask('object', () => (facts.objectExists ? object() : undefined)),
      family: (id) =>
        this.#ask('family', () => virtualgroup.GlobalVirtualGroupFamily.create({ id, primary_sp_id: facts.primaryId })),
      accountExists: () => this.#ask('account', () => facts.accountExists),
      bondedChallengers: () => this.#ask('challengers', () => [...facts.challengers]),
      streamRecord: () => this.#ask('streamRecord', record),
      verifyPermission: (_operator, _bucket, name, action) =>
        this.#ask(`permission ${action}${name && ' object'}`, () =>
          action === permission.ActionType.ACTION_GET_OBJECT ? facts.mayRead : facts.chainAllows.includes(action),
        ),
    };
  }
}
