/** Typed queries of the chain's modules. A query that finds nothing answers undefined; others throw. */
import type { Init, MessageType } from '../proto/define.ts';
import * as payment from '../proto/generated/greenfield.payment.ts';
import { Effect } from '../proto/generated/greenfield.permission.ts';
import * as sp from '../proto/generated/greenfield.sp.ts';
import * as storage from '../proto/generated/greenfield.storage.ts';
import * as virtualgroup from '../proto/generated/greenfield.virtualgroup.ts';
import { ChainQueryError } from './errors.ts';
import { allPages } from './pages.ts';

export interface BucketOnChain {
  bucket_info: storage.BucketInfo;
  is_rate_limited: boolean;
}

export interface ObjectOnChain {
  object_info: storage.ObjectInfo;
  /** Present once sealed. */
  global_virtual_group: virtualgroup.GlobalVirtualGroup | undefined;
}

/** Asks one method. @throws ChainQueryError */
export type Ask = <Q, R>(path: string, request: MessageType<Q>, value: Init<Q>, response: MessageType<R>) => Promise<R>;

const MAX_U64 = 2n ** 64n - 1n;

/** The value, or undefined when it does not exist. */
async function found<T>(query: Promise<T>): Promise<T | undefined> {
  try {
    return await query;
  } catch (error) {
    if (error instanceof ChainQueryError && error.notFound) return undefined;
    throw error;
  }
}

export class ChainQueries {
  private readonly ask: Ask;

  constructor(ask: Ask) {
    this.ask = ask;
  }

  listSps(): Promise<sp.StorageProvider[]> {
    return allPages(MAX_U64, async (pagination) => {
      const { QueryStorageProvidersRequest: request, QueryStorageProvidersResponse: response } = sp;
      const answer = await this.ask('/greenfield.sp.Query/StorageProviders', request, { pagination }, response);
      return { items: answer.sps, pagination: answer.pagination };
    });
  }

  async spByOperator(operator_address: string): Promise<sp.StorageProvider | undefined> {
    const path = '/greenfield.sp.Query/StorageProviderByOperatorAddress';
    const request = sp.QueryStorageProviderByOperatorAddressRequest;
    const response = sp.QueryStorageProviderByOperatorAddressResponse;
    return (await found(this.ask(path, request, { operator_address }, response)))?.storageProvider;
  }

  async spById(id: number): Promise<sp.StorageProvider | undefined> {
    const { QueryStorageProviderRequest: request, QueryStorageProviderResponse: response } = sp;
    return (await found(this.ask('/greenfield.sp.Query/StorageProvider', request, { id }, response)))?.storageProvider;
  }

  async spPrice(sp_addr: string): Promise<sp.SpStoragePrice | undefined> {
    const { QuerySpStoragePriceRequest: request, QuerySpStoragePriceResponse: response } = sp;
    const query = this.ask('/greenfield.sp.Query/QuerySpStoragePrice', request, { sp_addr }, response);
    return (await found(query))?.sp_storage_price;
  }

  /** Parameters in force at `timestamp` (unix seconds); 0 is now. */
  async storageParams(timestamp: bigint): Promise<storage.Params> {
    if (timestamp === 0n) {
      const { QueryParamsRequest: request, QueryParamsResponse: response } = storage;
      return (await this.ask('/greenfield.storage.Query/Params', request, {}, response)).params;
    }
    const { QueryParamsByTimestampRequest: request, QueryParamsByTimestampResponse: response } = storage;
    const path = '/greenfield.storage.Query/QueryParamsByTimestamp';
    return (await this.ask(path, request, { timestamp }, response)).params;
  }

  async virtualGroupParams(): Promise<virtualgroup.Params> {
    const { QueryParamsRequest: request, QueryParamsResponse: response } = virtualgroup;
    return (await this.ask('/greenfield.virtualgroup.Query/Params', request, {}, response)).params;
  }

  bucket(bucket_name: string): Promise<BucketOnChain | undefined> {
    const { QueryHeadBucketRequest: request, QueryHeadBucketResponse: response } = storage;
    return this.bucketOf(this.ask('/greenfield.storage.Query/HeadBucket', request, { bucket_name }, response));
  }

  bucketById(id: bigint): Promise<BucketOnChain | undefined> {
    const { QueryHeadBucketByIdRequest: request, QueryHeadBucketResponse: response } = storage;
    const value = { bucket_id: String(id) };
    return this.bucketOf(this.ask('/greenfield.storage.Query/HeadBucketById', request, value, response));
  }

  object(bucket_name: string, object_name: string): Promise<ObjectOnChain | undefined> {
    const { QueryHeadObjectRequest: request, QueryHeadObjectResponse: response } = storage;
    const value = { bucket_name, object_name };
    return this.objectOf(this.ask('/greenfield.storage.Query/HeadObject', request, value, response));
  }

  objectById(id: bigint): Promise<ObjectOnChain | undefined> {
    const { QueryHeadObjectByIdRequest: request, QueryHeadObjectResponse: response } = storage;
    const value = { object_id: String(id) };
    return this.objectOf(this.ask('/greenfield.storage.Query/HeadObjectById', request, value, response));
  }

  /** The content that an update of the object is about to bring. */
  async shadowObject(bucket_name: string, object_name: string): Promise<storage.ShadowObjectInfo | undefined> {
    const { QueryHeadShadowObjectRequest: request, QueryHeadShadowObjectResponse: response } = storage;
    const value = { bucket_name, object_name };
    return (await found(this.ask('/greenfield.storage.Query/HeadShadowObject', request, value, response)))?.object_info;
  }

  async family(family_id: number): Promise<virtualgroup.GlobalVirtualGroupFamily | undefined> {
    const request = virtualgroup.QueryGlobalVirtualGroupFamilyRequest;
    const response = virtualgroup.QueryGlobalVirtualGroupFamilyResponse;
    const path = '/greenfield.virtualgroup.Query/GlobalVirtualGroupFamily';
    return (await found(this.ask(path, request, { family_id }, response)))?.global_virtual_group_family;
  }

  async familiesOfSp(spId: number): Promise<virtualgroup.GlobalVirtualGroupFamily[]> {
    const request = virtualgroup.QueryGlobalVirtualGroupFamiliesRequest;
    const response = virtualgroup.QueryGlobalVirtualGroupFamiliesResponse;
    const path = '/greenfield.virtualgroup.Query/GlobalVirtualGroupFamilies';
    const families = await allPages(1000n, async (pagination) => {
      const answer = await this.ask(path, request, { pagination }, response);
      return { items: answer.gvg_families, pagination: answer.pagination };
    });
    return families.filter((family) => family.primary_sp_id === spId);
  }

  async gvg(global_virtual_group_id: number): Promise<virtualgroup.GlobalVirtualGroup | undefined> {
    const { QueryGlobalVirtualGroupRequest: request, QueryGlobalVirtualGroupResponse: response } = virtualgroup;
    const path = '/greenfield.virtualgroup.Query/GlobalVirtualGroup';
    return (await found(this.ask(path, request, { global_virtual_group_id }, response)))?.global_virtual_group;
  }

  async gvgsOfFamily(global_virtual_group_family_id: number): Promise<virtualgroup.GlobalVirtualGroup[]> {
    const request = virtualgroup.QueryGlobalVirtualGroupByFamilyIDRequest;
    const response = virtualgroup.QueryGlobalVirtualGroupByFamilyIDResponse;
    const path = '/greenfield.virtualgroup.Query/GlobalVirtualGroupByFamilyID';
    const query = this.ask(path, request, { global_virtual_group_family_id }, response);
    return (await found(query))?.global_virtual_groups ?? [];
  }

  async swapInInfo(familyId: number, gvgId: number): Promise<virtualgroup.SwapInInfo | undefined> {
    const { QuerySwapInInfoRequest: request, QuerySwapInInfoResponse: response } = virtualgroup;
    const value = { global_virtual_group_family_id: familyId, global_virtual_group_id: gvgId };
    return (await found(this.ask('/greenfield.virtualgroup.Query/SwapInInfo', request, value, response)))?.swap_in_info;
  }

  async streamRecord(account: string): Promise<payment.StreamRecord | undefined> {
    const { QueryGetStreamRecordRequest: request, QueryGetStreamRecordResponse: response } = payment;
    return (await found(this.ask('/greenfield.payment.Query/StreamRecord', request, { account }, response)))
      ?.stream_record;
  }

  /**
   * Whether `operator` may do `action` (an `ActionType`); an empty object name asks about the bucket.
   * @throws ChainQueryError also when the bucket or object does not exist
   */
  async verifyPermission(operator: string, bucket: string, object: string, action: number): Promise<boolean> {
    const { QueryVerifyPermissionRequest: request, QueryVerifyPermissionResponse: response } = storage;
    const value = { operator, bucket_name: bucket, object_name: object, action_type: action };
    const answer = await this.ask('/greenfield.storage.Query/VerifyPermission', request, value, response);
    return answer.effect === Effect.EFFECT_ALLOW;
  }

  private async bucketOf(query: Promise<storage.QueryHeadBucketResponse>): Promise<BucketOnChain | undefined> {
    const answer = await found(query);
    if (!answer?.bucket_info) return undefined;
    return { bucket_info: answer.bucket_info, is_rate_limited: answer.extra_info?.is_rate_limited ?? false };
  }

  private async objectOf(query: Promise<storage.QueryHeadObjectResponse>): Promise<ObjectOnChain | undefined> {
    const answer = await found(query);
    if (!answer?.object_info) return undefined;
    return { object_info: answer.object_info, global_virtual_group: answer.global_virtual_group };
  }
}
