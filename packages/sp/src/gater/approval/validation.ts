/** What a message has to be before anybody is asked about it (`reference/gateway-http.md` §5.2). All throw gateway 50006. */
import { bucketNameProblem, isAddress, objectNameProblem, greenfieldStorage as storage } from '@prairie/chain';
import { gatewayErrors } from '../errors.ts';

/** A checksum is a SHA-256. */
const CHECKSUM_BYTES = 32;

export function requireValidBucket(msg: storage.MsgCreateBucket): void {
  requireAddress('creator', msg.creator);
  requireAddress('primary_sp_address', msg.primary_sp_address);
  if (msg.payment_address !== '') requireAddress('payment_address', msg.payment_address);
  requireApproval('primary_sp_approval', msg.primary_sp_approval);
  requireVisibility(msg.visibility);
  requireNoProblem(bucketNameProblem(msg.bucket_name));
}

export function requireValidMigration(msg: storage.MsgMigrateBucket): void {
  requireAddress('operator', msg.operator);
  requireNoProblem(bucketNameProblem(msg.bucket_name));
  if (msg.dst_primary_sp_id === 0)
    throw gatewayErrors.invalidMessage('dst_primary_sp_id: the id of a provider is needed');
  requireApproval('dst_primary_sp_approval', msg.dst_primary_sp_approval);
}

export function requireValidObject(msg: storage.MsgCreateObject): void {
  requireAddress('creator', msg.creator);
  requireApproval('primary_sp_approval', msg.primary_sp_approval);
  requireNoProblem(bucketNameProblem(msg.bucket_name) ?? objectNameProblem(msg.object_name));
  if (msg.expect_checksums.some(({ length }) => length !== CHECKSUM_BYTES)) {
    throw gatewayErrors.invalidMessage(`expect_checksums: ${CHECKSUM_BYTES} bytes each are expected`);
  }
  requireVisibility(msg.visibility);
}

/** Beyond the chain's rules (`reference/gateway-http.md` §1.6): nothing that a careless tool would run. */
const UNSAFE = [/\.\./, /^\/$/, /\\/, /;.*(select|insert|update|delete|drop|alter)/i, /\/\*.*\*\//s];

/** @throws gateway 50044 */
export function requireSafeName(name: string): void {
  if (UNSAFE.some((pattern) => pattern.test(name))) throw gatewayErrors.unsafeName();
}

function requireAddress(field: string, value: string): void {
  if (!isAddress(value)) throw gatewayErrors.invalidMessage(`${field}: an address is expected`);
}

function requireApproval(field: string, approval: object | undefined): void {
  if (!approval) throw gatewayErrors.invalidMessage(`${field} is missing: an empty one is expected`);
}

function requireVisibility(visibility: storage.VisibilityType): void {
  if (visibility !== storage.VisibilityType.VISIBILITY_TYPE_UNSPECIFIED) return;
  throw gatewayErrors.invalidMessage('visibility: public read, private or inherit is expected');
}

function requireNoProblem(problem: string | undefined): void {
  if (problem) throw gatewayErrors.invalidMessage(problem);
}
