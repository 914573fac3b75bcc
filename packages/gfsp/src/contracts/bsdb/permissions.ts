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
  readonly policy_id: bigint;
  readonly effect: number;
  /** A bit per action, 1 << number of the action; bit 0 stands for all. */
  readonly action_value: number;
  /** Patterns of resources, `grn:o::bucket/*`; empty when it is about the policy's resource itself. */
  readonly resources: string[];
  /** 0 never. */
  readonly expiration_time: bigint;
}

/** What a policy is about. */
export interface BsdbResource {
  readonly type: number;
  readonly id: bigint;
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
  access(bucketName: string, objectName: string): Promise<BsdbBucketAccess | undefined>;
  /**
   * What may decide for an account: its own policy on each of the resources, and those of all groups, in any order. They
   * are not removed, but may be out of time. The chain allows a resource few policies of groups.
   */
  forAccount(account: string, resources: readonly BsdbResource[]): Promise<BsdbPolicy[]>;
  /** Policies that are not removed, of any principal on a resource, with ids above `after`, by id. */
  pageOfResource(resource: BsdbResource, after: bigint, limit: number): Promise<BsdbPolicy[]>;
  /** Of these policies, those that are not removed; each policy's in the order they were put. */
  statementsOf(policyIds: readonly bigint[]): Promise<BsdbStatement[]>;
}
