export interface BsdbPolicy {
  readonly principal_type: number;
  /** An account's address, or a group's id in decimal digits. */
  readonly principal_value: string;
  readonly resource_type: number;
  readonly resource_id: bigint;
  readonly policy_id: bigint;
  readonly create_timestamp: bigint;
  readonly update_timestamp: bigint;
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

/** What decides about a resource before its policies do. */
export interface BsdbAccess {
  readonly id: bigint;
  readonly owner: string;
  readonly visibility: number;
}

export interface BsdbBucketAccess extends BsdbAccess {
  /** undefined when no name was given, or no such object lives in the bucket. */
  readonly object: BsdbAccess | undefined;
}

export interface BsdbPermissions {
  /**
   * A bucket that is not removed, and the object of that name in it. Every read of an object asks this: it costs one
   * look into an index each, and reads nothing else.
   */
  access(bucketName: string, objectName: string): BsdbBucketAccess | undefined;
  /** The one policy of a principal on a resource that is not removed; it may be out of time. */
  ofPrincipal(key: BsdbPolicyKey): BsdbPolicy | undefined;
  /** Policies that are not removed, of one kind of principal on a resource, in any order. */
  ofResource(resourceType: number, resourceId: bigint, principalType: number): BsdbPolicy[];
  /** Policies that are not removed, of any principal on a resource, with ids above `after`, by id. */
  pageOfResource(resourceType: number, resourceId: bigint, after: bigint, limit: number): BsdbPolicy[];
  /** Of a policy, those that are not removed, in the order they were put. */
  statementsOf(policyId: bigint): BsdbStatement[];
}
