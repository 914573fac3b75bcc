/** Operations that need an account's permission (`reference/internal-grpc.md` §4.1). */
export type AuthOperation =
  | 'ask-create-bucket-approval'
  | 'ask-create-object-approval'
  | 'put-object'
  | 'get-uploading-state'
  | 'get-object'
  | 'get-bucket-quota'
  | 'list-bucket-read-record';

export interface Authenticator {
  /**
   * Resolves when `account` may do `operation`; the reference's checks in the reference's order.
   * @throws authenticator 20001…20020, 25002; gateway 50004 when the chain or metadata say no.
   */
  authorize(operation: AuthOperation, account: string, bucket: string, object: string): Promise<void>;
}
