/** Errors that the storage module makes, of its own and other codespaces (`reference/chain-rpc.md` §15). */
import { ChainError } from '../../context.ts';

const define =
  (codespace: string, code: number, text: string) =>
  (detail?: string): ChainError =>
    new ChainError(codespace, code, detail ? `${detail}: ${text}` : text);

const storage = (code: number, text: string) => define('storage', code, text);
const greenfield = (code: number, text: string) => define('greenfield', code, text);
const virtualGroup = (code: number, text: string) => define('virtualgroup', code, text);

/** `storageErrors.accessDenied('why')` is `why: Access denied`. The recorded texts are literal. */
export const storageErrors = {
  noSuchBucket: storage(1100, 'No such bucket'),
  noSuchObject: storage(1101, 'No such object'),
  noSuchGroup: storage(1102, 'No such group'),
  noSuchGroupMember: storage(1103, 'No such group member'),
  bucketExists: storage(1104, 'Bucket already exists'),
  objectExists: storage(1105, 'Object already exists'),
  groupExists: storage(1106, 'Group already exists'),
  accessDenied: storage(1107, 'Access denied'),
  alreadySealed: storage(1108, 'Object is already sealed'),
  bucketNotEmpty: storage(1109, 'Bucket is not empty'),
  memberExists: storage(1110, 'Group member already exists'),
  noSuchProvider: storage(1111, 'No such storage provider'),
  objectNotCreated: storage(1112, 'Object is not in status created'),
  objectNotSealed: storage(1113, 'Object is not sealed'),
  sourceMismatch: storage(1114, 'Source type mismatch'),
  tooLarge: storage(1115, 'Too large object'),
  invalidApproval: storage(1116, 'Invalid approval'),
  invalidVisibility: storage(1118, 'Invalid visibility'),
  quotaUpdateFailed: storage(1119, 'Update of the read quota failed'),
  noSuchPolicy: storage(1120, 'No such Policy'),
  invalidRedundancy: storage(1122, 'Invalid redundancy type'),
  invalidGroup: storage(1123, 'Invalid global virtual group'),
  notUpdatable: storage(1126, 'Object can not be updated'),
  updating: storage(1127, 'Object is being updated'),
  notUpdating: storage(1128, 'Object is not being updated'),
  paymentAccountFixed: storage(1129, 'Payment account can not be changed'),
  checksumsMissing: storage(1130, 'Object checksums is missing'),
  alreadyMirrored: storage(3001, 'The resource is mirrored already'),
  chainNotSupported: storage(3004, 'The destination chain is not supported'),
  invalidObjectIds: storage(3101, 'Invalid object ids'),
  invalidReason: storage(3102, 'Invalid reason'),
  noDiscontinueQuota: storage(3103, 'No more requests to discontinue are accepted'),
  bucketDiscontinued: storage(3104, 'the bucket is discontinued'),
  invalidObjectStatus: storage(3105, 'Invalid object status'),
  invalidBucketStatus: storage(3106, 'Invalid bucket status'),
  bucketMigrating: storage(3107, 'the bucket is migrating'),
  invalidResource: storage(3201, 'Invalid resource'),
  migrationFailed: storage(3202, 'Migration of the bucket failed'),
  groupOperationFailed: storage(3203, 'Virtual group operation failed'),

  bucketName: greenfield(1000, 'Invalid bucket name'),
  objectName: greenfield(1001, 'Invalid object name'),
  groupName: greenfield(1002, 'Invalid group name'),
  checksum: greenfield(1003, 'Invalid checksum'),
  principal: greenfield(1007, 'Invalid principal'),
  grn: greenfield(1008, 'Invalid greenfield resource name'),
  parameter: greenfield(1009, 'Invalid parameter'),
  blsSignature: greenfield(1013, 'bls signature is invalid'),
  invalidMessage: greenfield(1014, 'Invalid message'),

  familyNotExist: virtualGroup(1100, 'Global virtual group family does not exist'),
  gvgNotExist: virtualGroup(1102, 'Global virtual group does not exist'),
  familyFull: virtualGroup(1123, 'Limitation exceeded'),

  providerNotExist: define('sp', 1, 'StorageProvider does not exist'),
  providerNotInService: define('sp', 2, 'StorageProvider is not in service'),
  wrongStreamStatus: define('payment', 1208, 'Invalid status of the stream account'),
  notPaymentOwner: define('payment', 1204, 'Not the owner of the payment account'),
} as const;

const STAKING_TEXT = 'Insufficient staking of the global virtual group';

/** The reference reports a full group under its own code, with the text of virtualgroup/1125. */
export const insufficientStaking = (detail: string): ChainError =>
  storageErrors.invalidGroup(`${detail}: ${STAKING_TEXT}`);
