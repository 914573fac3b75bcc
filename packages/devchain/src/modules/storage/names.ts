/** Rules for names and other stateless parts of messages (`reference/chain-state-machine.md` §2). */
import { bucketNameProblem, isAddress, isWellFormed, objectNameProblem } from '@prairie/chain';
import { sdkErrors } from '../../sdk-errors.ts';
import { storageErrors as errors } from './errors.ts';

const CHECKSUM_LENGTH = 32;
const BLS_SIGNATURE_LENGTH = 96;
const MAX_GROUP_EXTRA = 512;
const MAX_TAGS = 4;
const MAX_TAG_KEY = 32;
const MAX_TAG_VALUE = 64;

const byteLength = (text: string) => Buffer.byteLength(text);

export function checkBucketName(name: string): void {
  const problem = bucketNameProblem(name);
  if (problem) throw errors.bucketName(problem);
}

export function checkObjectName(name: string): void {
  const problem = objectNameProblem(name);
  if (problem) throw errors.objectName(problem);
}

export function checkGroupName(name: string): void {
  const length = byteLength(name);
  if (length < 3 || length > 63 || name.trim() === '' || !isWellFormed(name)) {
    throw errors.groupName(`${quoted(name)} must have 3–63 bytes of valid UTF-8 and not be blank`);
  }
}

export function checkGroupExtra(extra: string): void {
  if (byteLength(extra) > MAX_GROUP_EXTRA) {
    throw errors.parameter(`extra has ${byteLength(extra)} bytes, at most ${MAX_GROUP_EXTRA} expected`);
  }
}

export function checkChecksums(checksums: readonly Uint8Array[]): void {
  const wrong = checksums.find((checksum) => checksum.length !== CHECKSUM_LENGTH);
  if (wrong) throw errors.checksum(`a checksum has ${wrong.length} bytes, ${CHECKSUM_LENGTH} expected`);
}

export function checkAggregate({ length }: Uint8Array): void {
  if (length === BLS_SIGNATURE_LENGTH) return;
  throw errors.blsSignature(`aggregated signature of ${length} bytes, ${BLS_SIGNATURE_LENGTH} expected`);
}

export function checkAddress(address: string, role: string): void {
  if (!isAddress(address)) throw sdkErrors.invalidAddress(`invalid ${role} address ${quoted(address)}`);
}

export function checkTags(tags: readonly { key: string; value: string }[]): void {
  if (tags.length > MAX_TAGS) throw errors.parameter(`${tags.length} tags, at most ${MAX_TAGS} expected`);
  for (const { key, value } of tags) {
    if (byteLength(key) > MAX_TAG_KEY || byteLength(value) > MAX_TAG_VALUE) {
      throw errors.parameter(
        `tag ${quoted(key)}: key of at most ${MAX_TAG_KEY}, value of ${MAX_TAG_VALUE} bytes expected`,
      );
    }
  }
}

const quoted = (text: string) => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
