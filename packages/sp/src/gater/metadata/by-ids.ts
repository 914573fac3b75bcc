/** Many things at once, by their ids (`reference/metadata-api.md` §6.8). */
import type { BucketRecord, GroupRecord, ObjectMeta } from '@prairie/gfsp';
import { answeredAs } from '../http/reply.ts';
import { answer, big, many, message, optional, type Shape } from '../http/shape.ts';
import { idList } from './params.ts';
import { bucketRecord, groupRecord, objectMeta } from './shapes.ts';

/** One for each id that was asked for; without a value where nothing was found. */
interface Entry<T> {
  id: bigint;
  value: T | undefined;
}

const entry = <T>(title: string, value: Shape<T>) =>
  message<Entry<T>>(title, { Id: big(({ id }) => id), Value: optional(value, (one) => one.value) });

const entries = <T>(ids: readonly bigint[], found: ReadonlyMap<bigint, T>): Entry<T>[] =>
  ids.map((id) => ({ id, value: found.get(id) }));

const objects = answer<Entry<ObjectMeta>[]>('GfSpListObjectsByIDsResponse', {
  ObjectEntry: many(entry('ObjectEntry', objectMeta), (all) => all),
});
const buckets = answer<Entry<BucketRecord>[]>('GfSpListBucketsByIDsResponse', {
  BucketEntry: many(entry('BucketEntry', bucketRecord), (all) => all),
});
const groups = answer<Entry<GroupRecord>[]>('GfSpListGroupsByIDsResponse', {
  GroupEntry: many(entry('GroupEntry', groupRecord), (all) => all),
});

export const listObjectsByIds = answeredAs(objects, async (gateway, request) => {
  const ids = idList(request);
  return entries(ids, await gateway.dependencies.client.metadata.listObjectsByIds(ids));
});

export const listBucketsByIds = answeredAs(buckets, async (gateway, request) => {
  const ids = idList(request);
  return entries(ids, await gateway.dependencies.client.metadata.listBucketsByIds(ids));
});

export const listGroupsByIds = answeredAs(groups, async (gateway, request) => {
  const ids = idList(request);
  return entries(ids, await gateway.dependencies.client.metadata.listGroupsByIds(ids));
});
