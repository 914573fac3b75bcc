/** What a resource name stands for. */
import { greenfieldResource, type greenfieldStorage as storage } from '@prairie/chain';
import type { Resource } from '../permission/index.ts';
import { storageErrors as errors } from './errors.ts';
import { formatGrn, type Grn, parseGrn } from './grn.ts';
import type { Services } from './services.ts';

const { RESOURCE_TYPE_BUCKET, RESOURCE_TYPE_OBJECT, RESOURCE_TYPE_GROUP } = greenfieldResource.ResourceType;

export type Found = { grn: Grn; resource: Resource; owner: string } & (
  | { kind: 'bucket'; bucket: storage.BucketInfo }
  | { kind: 'object'; bucket: storage.BucketInfo; object: storage.ObjectInfo }
  | { kind: 'group'; group: storage.GroupInfo }
);

/** @throws ChainError when the name is not well formed or nothing has it */
export function findResource({ store }: Services, text: string, wildcards: boolean): Found {
  const grn = parseGrn(text, wildcards);
  if (grn.kind === 'group') {
    const group = store.group(grn.owner, grn.groupName);
    return { kind: 'group', grn, group, resource: { type: RESOURCE_TYPE_GROUP, id: group.id }, owner: group.owner };
  }
  const bucket = store.bucket(grn.bucketName);
  if (grn.kind === 'bucket') {
    return {
      kind: 'bucket',
      grn,
      bucket,
      resource: { type: RESOURCE_TYPE_BUCKET, id: bucket.id },
      owner: bucket.owner,
    };
  }
  const object = store.object(bucket, grn.objectName);
  const resource = { type: RESOURCE_TYPE_OBJECT, id: object.id };
  return { kind: 'object', grn, bucket, object, resource, owner: object.owner };
}

/** As {@link findResource}, for tags: the reference reports a missing group as a missing bucket (§9). */
export function findTagged(services: Services, text: string): Found {
  const grn = parseGrn(text, true);
  if (grn.kind === 'group' && !services.store.findGroup(grn.owner, grn.groupName)) {
    throw errors.noSuchBucket(formatGrn(grn));
  }
  return findResource(services, text, true);
}
