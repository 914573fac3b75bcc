/** Which remembered answers an event of the chain makes old. */
import {
  type AnyMessage,
  type MessageType,
  greenfieldPayment as payment,
  greenfieldPermission as permission,
  greenfieldSp as sp,
  greenfieldStorage as storage,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import type { AppliedEvent } from '../blocksyncer/index.ts';
import { localGroupKey, objectKey } from './keys.ts';

/** What the answers are about, and the key of one; without a key, all of that subject. */
export interface Touch {
  readonly subject: 'bucket' | 'object' | 'group-of-local' | 'group' | 'family';
  readonly key?: string;
}

/** undefined: anything may be old. */
type Rule = (event: AnyMessage) => readonly Touch[] | undefined;

/** Nothing that is remembered from the tables longer than a block comes from these. */
const nothing: Rule = () => [];

const bucketOf: Rule = ({ bucket_name }) => [{ subject: 'bucket', key: String(bucket_name) }];

/** The chain tells some changes of an object by its id alone. */
const objectOf: Rule = ({ bucket_name, object_name }) =>
  bucket_name && object_name
    ? [{ subject: 'object', key: objectKey(String(bucket_name), String(object_name)) }]
    : [{ subject: 'object' }];

const localGroupOf: Rule = ({ bucket_id, id }) => [
  { subject: 'group-of-local', key: localGroupKey(bucket_id as bigint, Number(id)) },
];

/** A local group's answer has the whole group in it. */
const groupOf: Rule = ({ id }) => [{ subject: 'group', key: String(id) }, { subject: 'group-of-local' }];

const familyOf: Rule = ({ id }) => [{ subject: 'family', key: String(id) }];

/** A group that is made or deleted changes its family without another event. */
const familiesOfGroup: Rule = (event) => [...groupOf(event)!, { subject: 'family' }];

const rules: ReadonlyMap<string, Rule> = new Map(
  (
    [
      [storage.EventCreateBucket, bucketOf],
      [storage.EventDeleteBucket, bucketOf],
      [storage.EventUpdateBucketInfo, bucketOf],
      [storage.EventDiscontinueBucket, bucketOf],
      [storage.EventMigrationBucket, bucketOf],
      [storage.EventCancelMigrationBucket, bucketOf],
      [storage.EventRejectMigrateBucket, bucketOf],
      [storage.EventCompleteMigrationBucket, bucketOf],
      [storage.EventToggleSPAsDelegatedAgent, bucketOf],
      [storage.EventBucketFlowRateLimitStatus, bucketOf],
      [storage.EventCreateObject, objectOf],
      [storage.EventSealObject, objectOf],
      [storage.EventCancelCreateObject, objectOf],
      [storage.EventDeleteObject, objectOf],
      [storage.EventRejectSealObject, objectOf],
      [storage.EventUpdateObjectInfo, objectOf],
      [storage.EventUpdateObjectContent, objectOf],
      [storage.EventUpdateObjectContentSuccess, objectOf],
      [storage.EventCancelUpdateObjectContent, objectOf],
      [virtualgroup.EventCreateLocalVirtualGroup, localGroupOf],
      [virtualgroup.EventUpdateLocalVirtualGroup, localGroupOf],
      [virtualgroup.EventDeleteLocalVirtualGroup, localGroupOf],
      [virtualgroup.EventCreateGlobalVirtualGroup, familiesOfGroup],
      [virtualgroup.EventUpdateGlobalVirtualGroup, groupOf],
      [virtualgroup.EventDeleteGlobalVirtualGroup, familiesOfGroup],
      [virtualgroup.EventCreateGlobalVirtualGroupFamily, familyOf],
      [virtualgroup.EventUpdateGlobalVirtualGroupFamily, familyOf],
      [virtualgroup.EventDeleteGlobalVirtualGroupFamily, familyOf],
      [payment.EventStreamRecordUpdate, nothing],
      [payment.EventPaymentAccountUpdate, nothing],
      [permission.EventPutPolicy, nothing],
      [permission.EventDeletePolicy, nothing],
      [storage.EventCreateGroup, nothing],
      [storage.EventDeleteGroup, nothing],
      [storage.EventLeaveGroup, nothing],
      [storage.EventUpdateGroupMember, nothing],
      [storage.EventRenewGroupMember, nothing],
      [storage.EventUpdateGroupExtra, nothing],
      [sp.EventSpStoragePriceUpdate, nothing],
    ] as readonly (readonly [MessageType, Rule])[]
  ).map(([type, rule]) => [type.name, rule]),
);

/** What the events of one block touch; undefined when one of them is not known here: anything may be old. */
export function touchedBy(events: readonly AppliedEvent[]): readonly Touch[] | undefined {
  const touches: Touch[] = [];
  for (const { type, value } of events) {
    const touched = rules.get(type)?.(value);
    if (!touched) return undefined;
    touches.push(...touched);
  }
  return touches;
}
