/**
 * What the metadata module reads of the BSDB, the block syncer's picture of the chain
 * (`reference/block-syncer-and-db.md` §2–8). `BsDb` of `@prairie/store` is one; whatever else can answer these
 * questions may stand in its place. Only reads are here: who writes, and how, is the block syncer's own matter.
 *
 * Reads are synchronous and answer from what one block left behind, never from half of one. A row that is not there is
 * undefined, or missing from a list. Whatever is thrown reaches the client as metadata 95202.
 *
 * Addresses are `0x` and 40 hex digits with their checksum. Heights are blocks, times unix seconds, sizes bytes. Enums
 * (visibility, status, …) are the numbers of the chain's own messages. Hashes are 32 bytes, zeros where there is none.
 */
import type { greenfieldPayment, greenfieldStorage } from '@prairie/chain';

type Tags = greenfieldStorage.ResourceTags | undefined;

export interface BsdbBucket {
  readonly bucket_id: bigint;
  readonly bucket_name: string;
  readonly owner: string;
  readonly payment_address: string;
  readonly global_virtual_group_family_id: number;
  /** Who sent the transaction that changed it last. */
  readonly operator: string;
  readonly source_type: number;
  /** Bytes a month that the owner pays for. */
  readonly charged_read_quota: bigint;
  readonly visibility: number;
  readonly status: number;
  /** Height, 0 while it exists. */
  readonly delete_at: bigint;
  readonly delete_reason: string;
  /** Sum of the payloads of its sealed objects. */
  readonly storage_size: bigint;
  /** Time, unlike `update_at`. */
  readonly create_time: bigint;
  readonly create_tx_hash: Uint8Array;
  /** Height. */
  readonly update_at: bigint;
  readonly update_time: bigint;
  readonly update_tx_hash: Uint8Array;
  readonly removed: boolean;
  /** Bits: 1 its reads are limited on chain, 2 the provider may not create objects for the owner (§8). */
  readonly off_chain_status: number;
  readonly tags: Tags;
}

export interface BsdbObject {
  readonly bucket_name: string;
  readonly object_id: bigint;
  readonly object_name: string;
  readonly creator: string;
  readonly owner: string;
  readonly local_virtual_group_id: number;
  readonly operator: string;
  readonly payload_size: bigint;
  readonly visibility: number;
  readonly content_type: string;
  readonly status: number;
  readonly redundancy_type: number;
  readonly source_type: number;
  /** The integrity hash of each part: the primary's first, then those of the secondaries in order. */
  readonly checksums: Uint8Array[];
  /** Height, 0 while it exists. */
  readonly delete_at: bigint;
  readonly delete_reason: string;
  readonly create_time: bigint;
  readonly create_tx_hash: Uint8Array;
  /** Height. */
  readonly update_at: bigint;
  readonly update_tx_hash: Uint8Array;
  readonly sealed_tx_hash: Uint8Array;
  readonly removed: boolean;
  readonly tags: Tags;
  /** New content is announced and not sealed yet. */
  readonly is_updating: boolean;
  /** Time of the last update of the content, 0 without. */
  readonly content_updated_time: bigint;
  readonly updater: string;
  /** Of the content: 0, and one more with every update. */
  readonly version: bigint;
}

/** A page of names of one bucket. Names are compared by their UTF-8 bytes. */
export interface NameQuery {
  readonly bucket: string;
  /** What every name begins with; empty for all. */
  readonly prefix: string;
  /** First name of the page, inclusive; empty for the first page. */
  readonly from: string;
  /** Rows at most. The caller asks for one more than a page has, 1001, to know whether there is a next one. */
  readonly limit: number;
}

/** What a listing with the delimiter `/` shows. */
export interface BsdbEntry {
  /** Whole, from the bucket on; a folder's ends with `/`. */
  readonly name: string;
  readonly folder: boolean;
  /** undefined for a folder, and where the object's row is missing. */
  readonly object: BsdbObject | undefined;
}

export interface BsdbPolicy {
  readonly policy_id: bigint;
  /** An account's address, or a group's id in decimal digits. */
  readonly principal_value: string;
  /** 0 never. */
  readonly expiration_time: bigint;
}

export interface BsdbStatement {
  readonly effect: number;
  /** A bit per action, 1 << number of the action; bit 0 stands for all. */
  readonly action_value: number;
  /** Patterns of resources, `grn:o::bucket/*`; empty when it is about the policy's resource itself. */
  readonly resources: string[];
  /** 0 never. */
  readonly expiration_time: bigint;
}

/** Whose policy on what. */
export interface BsdbPolicyKey {
  readonly resource_type: number;
  readonly resource_id: bigint;
  readonly principal_type: number;
  readonly principal_value: string;
}

export interface BsdbFamily {
  readonly global_virtual_group_family_id: number;
  readonly primary_sp_id: number;
  /** Its groups. */
  readonly global_virtual_group_ids: number[];
  readonly virtual_payment_address: string;
}

export interface BsDbReader {
  readonly buckets: {
    /** The bucket of that name that is not removed: there is one at most. */
    liveByName(bucketName: string): BsdbBucket | undefined;
    /** The account's buckets, the newest first, at most `limit` (1 or more). */
    ofOwner(owner: string, includeRemoved: boolean, limit: number): BsdbBucket[];
    countOfOwner(owner: string, includeRemoved: boolean): number;
  };
  readonly objects: {
    /** The object of that name that is not removed: there is one at most. */
    live(bucketName: string, objectName: string): BsdbObject | undefined;
    /** Removed or not. */
    byId(objectId: bigint): BsdbObject | undefined;
    /** By name in byte order, removed ones of the same name by age. */
    list(query: NameQuery, includeRemoved: boolean): BsdbObject[];
  };
  readonly prefixTree: {
    /**
     * What is right below the folder that `prefix` names or lies in: live objects, and folders that have something in
     * them, by name in byte order.
     */
    list(query: NameQuery): BsdbEntry[];
  };
  readonly groups: {
    /** Whether the account is in a group that exists, at `now`. A membership may end by itself. */
    isMember(groupId: bigint, account: string, now: bigint): boolean;
  };
  readonly permissions: {
    /** The one policy of a principal on a resource that is not removed; it may be out of time. */
    ofPrincipal(key: BsdbPolicyKey): BsdbPolicy | undefined;
    /** Policies that are not removed, of one kind of principal on a resource, in any order. */
    ofResource(resourceType: number, resourceId: bigint, principalType: number): BsdbPolicy[];
    /** Of a policy, those that are not removed, in the order they were put. */
    statementsOf(policyId: bigint): BsdbStatement[];
  };
  readonly payments: {
    /** undefined when the account never paid. */
    streamRecord(account: string): greenfieldPayment.StreamRecord | undefined;
    /** What is shown of an account that never paid: zeros, and the zero address. */
    noStreamRecord(): greenfieldPayment.StreamRecord;
  };
  readonly virtualGroups: {
    /** undefined for one that is not there, or removed. */
    family(id: number): BsdbFamily | undefined;
  };
  /** Called once, when no module reads any more. */
  close(): void;
}
