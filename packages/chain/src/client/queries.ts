/** What providers and their users ask most. A query that finds nothing answers undefined; others throw. */
import type * as payment from '../proto/generated/greenfield.payment.ts';
import { Effect } from '../proto/generated/greenfield.permission.ts';
import type * as sp from '../proto/generated/greenfield.sp.ts';
import type * as storage from '../proto/generated/greenfield.storage.ts';
import type * as virtualgroup from '../proto/generated/greenfield.virtualgroup.ts';
import type { Ask } from './ask.ts';
import { ChainQueryError } from './errors.ts';
import { type Lists, listsOf, type Queries, queriesOf } from './facade.ts';
import { collect } from './pages.ts';

export interface BucketOnChain {
  bucket_info: storage.BucketInfo;
  is_rate_limited: boolean;
}

export interface ObjectOnChain {
  object_info: storage.ObjectInfo;
  /** Present once sealed. */
  global_virtual_group: virtualgroup.GlobalVirtualGroup | undefined;
}

/** The value, or undefined when it does not exist. */
export async function found<T>(query: Promise<T>): Promise<T | undefined> {
  try {
    return await query;
  } catch (error) {
    if (error instanceof ChainQueryError && error.notFound) return undefined;
    throw error;
  }
}

export class ChainQueries {
  /** Every query method: `q.bank.Balance({ address, denom: 'BNB' }, { height: 7n })`. @throws ChainQueryError */
  readonly q: Queries;
  /** Every query method with pages, as an iterator of the items: `list.storage.ListBuckets()`. */
  readonly list: Lists;

  constructor(ask: Ask) {
    this.q = queriesOf(ask);
    this.list = listsOf(ask);
  }

  listSps(): Promise<sp.StorageProvider[]> {
    return collect(this.list.sp.StorageProviders());
  }

  async spByOperator(operator_address: string): Promise<sp.StorageProvider | undefined> {
    return (await found(this.q.sp.StorageProviderByOperatorAddress({ operator_address })))?.storageProvider;
  }

  async spById(id: number): Promise<sp.StorageProvider | undefined> {
    return (await found(this.q.sp.StorageProvider({ id })))?.storageProvider;
  }

  async spPrice(sp_addr: string): Promise<sp.SpStoragePrice | undefined> {
    return (await found(this.q.sp.QuerySpStoragePrice({ sp_addr })))?.sp_storage_price;
  }

  /** Parameters in force at `timestamp` (unix seconds); 0 is now. */
  async storageParams(timestamp: bigint): Promise<storage.Params> {
    if (timestamp === 0n) return (await this.q.storage.Params()).params;
    return (await this.q.storage.QueryParamsByTimestamp({ timestamp })).params;
  }

  async virtualGroupParams(): Promise<virtualgroup.Params> {
    return (await this.q.virtualgroup.Params()).params;
  }

  async bucket(bucket_name: string): Promise<BucketOnChain | undefined> {
    return bucketOf(await found(this.q.storage.HeadBucket({ bucket_name })));
  }

  async bucketById(id: bigint): Promise<BucketOnChain | undefined> {
    return bucketOf(await found(this.q.storage.HeadBucketById({ bucket_id: String(id) })));
  }

  async object(bucket_name: string, object_name: string): Promise<ObjectOnChain | undefined> {
    return objectOf(await found(this.q.storage.HeadObject({ bucket_name, object_name })));
  }

  async objectById(id: bigint): Promise<ObjectOnChain | undefined> {
    return objectOf(await found(this.q.storage.HeadObjectById({ object_id: String(id) })));
  }

  /** The content that an update of the object is about to bring. */
  async shadowObject(bucket_name: string, object_name: string): Promise<storage.ShadowObjectInfo | undefined> {
    return (await found(this.q.storage.HeadShadowObject({ bucket_name, object_name })))?.object_info;
  }

  async family(family_id: number): Promise<virtualgroup.GlobalVirtualGroupFamily | undefined> {
    return (await found(this.q.virtualgroup.GlobalVirtualGroupFamily({ family_id })))?.global_virtual_group_family;
  }

  async familiesOfSp(spId: number): Promise<virtualgroup.GlobalVirtualGroupFamily[]> {
    const families = await collect(this.list.virtualgroup.GlobalVirtualGroupFamilies());
    return families.filter((family) => family.primary_sp_id === spId);
  }

  async gvg(global_virtual_group_id: number): Promise<virtualgroup.GlobalVirtualGroup | undefined> {
    return (await found(this.q.virtualgroup.GlobalVirtualGroup({ global_virtual_group_id })))?.global_virtual_group;
  }

  async gvgsOfFamily(global_virtual_group_family_id: number): Promise<virtualgroup.GlobalVirtualGroup[]> {
    const query = this.q.virtualgroup.GlobalVirtualGroupByFamilyID({ global_virtual_group_family_id });
    return (await found(query))?.global_virtual_groups ?? [];
  }

  async swapInInfo(familyId: number, gvgId: number): Promise<virtualgroup.SwapInInfo | undefined> {
    const value = { global_virtual_group_family_id: familyId, global_virtual_group_id: gvgId };
    return (await found(this.q.virtualgroup.SwapInInfo(value)))?.swap_in_info;
  }

  async accountExists(address: string): Promise<boolean> {
    return (await found(this.q.auth.Account({ address })))?.account !== undefined;
  }

  /** Addresses with which the validators that are bonded now challenge providers. */
  async bondedChallengers(): Promise<string[]> {
    const validators = await collect(this.list.staking.Validators({ status: 'BOND_STATUS_BONDED' }));
    return validators.map(({ challenger_address }) => challenger_address);
  }

  async streamRecord(account: string): Promise<payment.StreamRecord | undefined> {
    return (await found(this.q.payment.StreamRecord({ account })))?.stream_record;
  }

  /**
   * Whether `operator` may do `action` (an `ActionType`); an empty object name asks about the bucket.
   * @throws ChainQueryError also when the bucket or object does not exist
   */
  async verifyPermission(operator: string, bucket: string, object: string, action: number): Promise<boolean> {
    const value = { operator, bucket_name: bucket, object_name: object, action_type: action };
    return (await this.q.storage.VerifyPermission(value)).effect === Effect.EFFECT_ALLOW;
  }
}

function bucketOf(answer: storage.QueryHeadBucketResponse | undefined): BucketOnChain | undefined {
  if (!answer?.bucket_info) return undefined;
  return { bucket_info: answer.bucket_info, is_rate_limited: answer.extra_info?.is_rate_limited ?? false };
}

function objectOf(answer: storage.QueryHeadObjectResponse | undefined): ObjectOnChain | undefined {
  if (!answer?.object_info) return undefined;
  return { object_info: answer.object_info, global_virtual_group: answer.global_virtual_group };
}
