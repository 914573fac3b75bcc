import type {
  CreateBucketApprovalTask,
  CreateObjectApprovalTask,
  DelegateCreateObjectApprovalTask,
  MigrateBucketApprovalTask,
} from '../../tasks/approvals.ts';

/**
 * Agrees to what users are about to ask of the chain. Each task carries the message without its approval, and
 * `fingerprint`: the SHA-256 of the message as it came, so that another spelling is another question.
 *
 * The answer is the task with the signed message; who asks the same again while that approval lives gets the same one.
 * A module that does not agree throws gateway 50007 (`sharedGatewayErrors.approvalRefused`).
 */
export interface Approver {
  /**
   * Family, expiry height and signature are filled in.
   * @throws approver 10001, 10002, 11001; 540001 without a family; 990102, 970002 when busy; gateway 50007, 55001
   */
  createBucketApproval(task: CreateBucketApprovalTask): Promise<CreateBucketApprovalTask>;
  /**
   * As for a bucket; the family stays as it came.
   * @throws approver 10001, 10003, 11001; 990102, 970002 when busy; gateway 50007, 55001
   */
  createObjectApproval(task: CreateObjectApprovalTask): Promise<CreateObjectApprovalTask>;
  /**
   * That a bucket moves here. The family stays as it came.
   * @throws approver 10001, 10003, 10004, 11001; 990102, 970002 when busy; GfSp 999999 when another provider was meant;
   *   gateway 50007, 55001
   */
  migrateBucketApproval(task: MigrateBucketApprovalTask): Promise<MigrateBucketApprovalTask>;
  /** Resolves when this provider may create the object for its owner: nothing is signed. @throws as for an object */
  delegateCreateObjectApproval(task: DelegateCreateObjectApprovalTask): Promise<void>;
  /** A line for each approval that is kept and whose key contains `filter`, as the manager's. At most 1000 of a kind. */
  queryTasks(filter: string): Promise<string[]>;
}
