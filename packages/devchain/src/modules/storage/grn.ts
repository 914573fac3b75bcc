/** Greenfield resource names: `grn:b::bucket`, `grn:o::bucket/object`, `grn:g:owner:group` (§2). */
import { isAddress, toChecksumAddress } from '@prairie/chain';
import { storageErrors as errors } from './errors.ts';
import { checkBucketName, checkGroupName, checkObjectName } from './names.ts';

export type Grn =
  | { kind: 'bucket'; bucketName: string }
  | { kind: 'object'; bucketName: string; objectName: string }
  | { kind: 'group'; owner: string; groupName: string };

const FORM = /^grn:([bog]):([^:]*):([^:]*)$/;
const FORM_WITHOUT_WILDCARD = /^grn:([bog]):([^:]*):([^:*]*)$/;

/**
 * @param wildcards `*` may stand in the last part, and bucket and group names are not checked (they may be patterns)
 * @throws ChainError greenfield/1008, or that of the wrong name
 */
export function parseGrn(text: string, wildcards: boolean): Grn {
  const match = (wildcards ? FORM : FORM_WITHOUT_WILDCARD).exec(text);
  if (!match) throw errors.grn(`${JSON.stringify(text)} is not of the form grn:<b|o|g>:<owner>:<name>`);
  const [, kind, owner, name] = match as unknown as [string, string, string, string];
  if (kind === 'g') return groupGrn(text, owner, name, wildcards);
  if (owner !== '') throw errors.grn(`${JSON.stringify(text)}: buckets and objects have no owner part`);
  if (kind === 'o') return objectGrn(text, name);
  if (name.includes('/')) throw errors.grn(`${JSON.stringify(text)}: a bucket name has no /`);
  if (!wildcards) checkBucketName(name);
  return { kind: 'bucket', bucketName: name };
}

function objectGrn(text: string, path: string): Grn {
  const slash = path.indexOf('/');
  if (slash < 0) throw errors.grn(`${JSON.stringify(text)}: grn:o::<bucket>/<object> expected`);
  const bucketName = path.slice(0, slash);
  const objectName = path.slice(slash + 1);
  checkBucketName(bucketName);
  checkObjectName(objectName);
  return { kind: 'object', bucketName, objectName };
}

function groupGrn(text: string, owner: string, groupName: string, wildcards: boolean): Grn {
  if (!isAddress(owner)) throw errors.grn(`${JSON.stringify(text)}: the owner of a group must be an address`);
  if (!wildcards) checkGroupName(groupName);
  return { kind: 'group', owner: toChecksumAddress(owner), groupName };
}

export function formatGrn(grn: Grn): string {
  switch (grn.kind) {
    case 'bucket':
      return `grn:b::${grn.bucketName}`;
    case 'object':
      return `grn:o::${grn.bucketName}/${grn.objectName}`;
    case 'group':
      return `grn:g:${grn.owner}:${grn.groupName}`;
  }
}

export const objectGrnText = (bucketName: string, objectName: string): string => `grn:o::${bucketName}/${objectName}`;
