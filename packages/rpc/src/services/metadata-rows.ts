/** Rows of the metadata module as messages, and back. */
import type { BucketMeta, ObjectMeta } from '@prairie/gfsp';
import { required } from '../errors.ts';
import type { MetadataObject, VGFInfoBucket } from '../messages/metadata.ts';

export function fromBucket({ storage_size, stream_record, ...row }: BucketMeta): VGFInfoBucket {
  return { ...row, storage_size: String(storage_size), prairie_stream_record: stream_record };
}

/** `streamRecord` is what an answer has beside the bucket. */
export function toBucket(message: VGFInfoBucket, streamRecord = message.prairie_stream_record): BucketMeta {
  const { prairie_stream_record: _, storage_size, bucket_info, ...row } = message;
  return {
    ...row,
    bucket_info: required(bucket_info, 'a bucket'),
    storage_size: /^\d{1,40}$/.test(storage_size) ? BigInt(storage_size) : 0n,
    stream_record: streamRecord,
  };
}

export function toObject({ object_info, ...row }: MetadataObject): ObjectMeta {
  return { ...row, object_info: required(object_info, 'an object') };
}
