/** Rows of the metadata module as messages, and back. */
import type { BucketMeta, BucketRecord, ObjectDetails, ObjectMeta } from '@prairie/gfsp';
import { required } from '../errors.ts';
// messages name each other as text: those that nothing else here uses have to be loaded all the same
import '../messages/metadata.ts';
import type { MetadataBucket, MetadataObject, MetadataObjectDetails, VGFInfoBucket } from '../messages/metadata.ts';
import type { MethodTraits } from '../method.ts';

/** Every method of the metadata service is a read. */
export const READ: MethodTraits = { repeatable: true, deadlineMs: 30_000 };

const sizeText = (size: bigint | undefined) => (size === undefined ? '' : String(size));
const sizeOf = (text: string) => (/^\d{1,40}$/.test(text) ? BigInt(text) : undefined);

export function fromBucketRecord({ storage_size, ...row }: BucketRecord): MetadataBucket {
  return { ...row, storage_size: sizeText(storage_size) };
}

export function toBucketRecord({ storage_size, bucket_info, ...row }: MetadataBucket): BucketRecord {
  return { ...row, bucket_info: required(bucket_info, 'a bucket'), storage_size: sizeOf(storage_size) };
}

export function fromBucket({ storage_size, stream_record, ...row }: BucketMeta): VGFInfoBucket {
  return { ...row, storage_size: sizeText(storage_size), prairie_stream_record: stream_record };
}

/** `streamRecord` is what an answer has beside the bucket. */
export function toBucket(message: VGFInfoBucket, streamRecord = message.prairie_stream_record): BucketMeta {
  const { prairie_stream_record: _, storage_size, bucket_info, ...row } = message;
  return {
    ...row,
    bucket_info: required(bucket_info, 'a bucket'),
    storage_size: sizeOf(storage_size),
    stream_record: streamRecord,
  };
}

export function toObject({ object_info, ...row }: MetadataObject): ObjectMeta {
  return { ...row, object_info: required(object_info, 'an object') };
}

export function fromDetails({ bucket, ...row }: ObjectDetails): MetadataObjectDetails {
  return { ...row, bucket: bucket && fromBucketRecord(bucket) };
}

export function toDetails({ object, bucket, gvg }: MetadataObjectDetails): ObjectDetails {
  return { object: toObject(required(object, 'an object')), bucket: bucket && toBucketRecord(bucket), gvg };
}

interface Entry<T> {
  key: bigint;
  value: T | undefined;
}

/** What was found, as entries of a map. */
export function fromFound<T, M>(found: ReadonlyMap<bigint, T>, message: (value: T) => M): Entry<M>[] {
  return [...found].map(([key, value]) => ({ key, value: message(value) }));
}

/** The reference has entries without a value for what it did not find. */
export function toFound<T, M>(entries: readonly Entry<M>[], value: (message: M) => T): Map<bigint, T> {
  return new Map(entries.flatMap((entry) => (entry.value ? [[entry.key, value(entry.value)] as const] : [])));
}
