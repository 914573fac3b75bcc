import type { greenfieldStorage } from '@prairie/chain';

export interface Approver {
  /**
   * The message with family, expiry height and signature filled in; the same answer within its life.
   * @throws approver 10001…10003, 11001; 990102 when busy; 540001 without a family; gateway 55001
   */
  createBucketApproval(msg: greenfieldStorage.MsgCreateBucket): Promise<greenfieldStorage.MsgCreateBucket>;
  /** As for a bucket; the family stays as it came. @throws approver 10001, 10003, 11001; 990102; gateway 55001 */
  createObjectApproval(msg: greenfieldStorage.MsgCreateObject): Promise<greenfieldStorage.MsgCreateObject>;
}
