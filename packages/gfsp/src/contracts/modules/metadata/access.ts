import type { greenfieldPermission } from '@prairie/chain';
import type { PolicyRecord } from '../../records.ts';

type Effect = greenfieldPermission.Effect;

export interface PolicyPage {
  bucket_name: string;
  object_name: string;
  /** An `ActionType`. */
  action: number;
  /** Policies with ids above this one. */
  start_after: bigint;
  /** At most 1000. */
  limit: number;
}

export interface AccessQueries {
  /** `action` is an `ActionType`; an empty object name asks about the bucket. @throws metadata 90008, 90010 */
  verifyPermission(operator: string, bucketName: string, objectName: string, action: number): Promise<Effect>;
  /** `resourceType` is bucket, object or group. @throws metadata 90008, 90009, 90010, by the type */
  verifyPermissionById(operator: string, resourceType: number, resourceId: bigint, action: number): Promise<Effect>;
  /** Of policies in force, one for each statement in force that allows the action, by id. @throws metadata 90010 */
  listObjectPolicies(page: PolicyPage): Promise<PolicyRecord[]>;
  /**
   * Whether a provider may have pieces of a group: of a bucket that moves to it, or with id 0 of a group that it takes
   * over.
   */
  verifyMigrateGvgPermission(bucketId: bigint, gvgId: number, dstSpId: number): Promise<Effect>;
}
