import type { S3Client } from '@aws-sdk/client-s3';
import type { Attempts } from './attempts.ts';
import type { Sdk } from './client.ts';
import { failureOf } from './errors.ts';

interface Parts {
  readonly sdk: Sdk;
  readonly client: S3Client;
  readonly attempts: Attempts;
}

/** Another process was first. */
const MADE_MEANWHILE = ['BucketAlreadyOwnedByYou', 'BucketAlreadyExists'];

/** Looks for the bucket, and makes it if that is wanted. @throws ObjectStorageError when it cannot be used */
export async function prepareBucket({ sdk, client, attempts }: Parts, Bucket: string, create: boolean): Promise<void> {
  const look = async (abortSignal: AbortSignal) => {
    try {
      await client.send(new sdk.HeadBucketCommand({ Bucket }), { abortSignal });
      return true;
    } catch (error) {
      if (failureOf(error).status !== 404) throw error;
      if (create) return false;
      throw Object.assign(new Error('the specified bucket does not exist'), { code: 'NoSuchBucket' });
    }
  };
  if (await attempts.run(`open bucket ${Bucket}`, look, () => false)) return;
  const make = async (abortSignal: AbortSignal) => {
    try {
      await client.send(new sdk.CreateBucketCommand({ Bucket }), { abortSignal });
    } catch (error) {
      if (!MADE_MEANWHILE.includes(failureOf(error).code)) throw error;
    }
  };
  await attempts.run(`make bucket ${Bucket}`, make, () => false);
}
