import type { S3Client } from '@aws-sdk/client-s3';
import { CorruptPieceError, NoSuchKeyError, type PieceStore } from '@prairie/gfsp';
import { crc32c } from '../crc32c.ts';
import { isKey, readWindow, requireDeletablePrefix, requireKey } from '../keys.ts';
import type { BucketAddress } from './address.ts';
import { type AttemptDependencies, type AttemptOptions, Attempts } from './attempts.ts';
import { collect } from './body.ts';
import { prepareBucket } from './bucket.ts';
import { type ClientOptions, openClient, type Sdk } from './client.ts';
import { failureOf } from './errors.ts';

export interface S3PieceStoreOptions extends ClientOptions, AttemptOptions {
  /** Makes the bucket when it is not there; else that is an error. */
  createBucket: boolean;
}

/** Keys of a list, and of a deletion: the protocol's limit (`reference/pieces-and-redundancy.md` §13.1). */
const PAGE = 1000;

type Body = Parameters<typeof collect>[0];

/**
 * Pieces as objects of a bucket that speaks the S3 protocol, object name = key. A put is one request: a piece is far
 * below the size from which several parts are worth theirs.
 */
export class S3PieceStore implements PieceStore {
  readonly #sdk: Sdk;
  readonly #client: S3Client;
  readonly #address: BucketAddress;
  readonly #attempts: Attempts;
  #closed = false;

  private constructor(sdk: Sdk, client: S3Client, address: BucketAddress, attempts: Attempts) {
    this.#sdk = sdk;
    this.#client = client;
    this.#address = address;
    this.#attempts = attempts;
  }

  /** Asks for the bucket. @throws ObjectStorageError when it cannot be used */
  static async open(options: S3PieceStoreOptions, dependencies: AttemptDependencies = {}): Promise<S3PieceStore> {
    const { sdk, client } = await openClient(options);
    const { address, createBucket } = options;
    const attempts = new Attempts(options, dependencies);
    try {
      await prepareBucket({ sdk, client, attempts }, address.bucket, createBucket);
      return new S3PieceStore(sdk, client, address, attempts);
    } catch (error) {
      client.destroy();
      throw error;
    }
  }

  async get(key: string, offset = 0, length?: number, into?: Uint8Array): Promise<Buffer> {
    this.#require(key);
    // refuses what is no window before anybody is asked
    readWindow(0, offset, length);
    if (length === 0) return await this.#nothingOf(key);
    const isWhole = offset === 0 && length === undefined;
    const Range = isWhole ? undefined : `bytes=${offset}-${length === undefined ? '' : offset + length - 1}`;
    const answer = await this.#read(key, Range, into);
    if (!isWhole || (await isAsWritten(answer))) return answer.body;
    // once more: not every storage changes an object and what is beside it at one moment
    const again = await this.#read(key, Range, into);
    if (await isAsWritten(again)) return again.body;
    throw new CorruptPieceError(key, 'its bytes are not those of the checksum beside it');
  }

  async size(key: string): Promise<number | undefined> {
    this.#require(key);
    const input = { Bucket: this.#address.bucket, Key: key };
    const head = (abortSignal: AbortSignal) =>
      this.#client.send(new this.#sdk.HeadObjectCommand(input), { abortSignal }).catch((error: unknown) => {
        if (failureOf(error).status === 404) return undefined;
        throw error;
      });
    const found = await this.#attempts.run(this.#what('size', key), head, never);
    if (found) return found.ContentLength ?? 0;
    // a bucket that is not there answers the same, without a word: only a read says which it is
    return await this.#read(key, 'bytes=0-0').then(
      ({ size }) => size,
      (error: unknown) => {
        if (error instanceof NoSuchKeyError) return undefined;
        throw error;
      },
    );
  }

  async put(key: string, data: Uint8Array): Promise<void> {
    this.#require(key);
    const Metadata = { Crc32c: String(await crc32c(data)) };
    const Body = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const input = { Bucket: this.#address.bucket, Key: key, Body, Metadata, ContentType: 'application/octet-stream' };
    const put = async (abortSignal: AbortSignal) => {
      await this.#client.send(new this.#sdk.PutObjectCommand(input), { abortSignal });
    };
    await this.#attempts.run(this.#what('put', key), put, never);
  }

  async delete(key: string): Promise<void> {
    this.#require(key);
    const input = { Bucket: this.#address.bucket, Key: key };
    const remove = async (abortSignal: AbortSignal) => {
      await this.#client.send(new this.#sdk.DeleteObjectCommand(input), { abortSignal });
    };
    await this.#attempts.run(this.#what('delete', key), remove, never);
  }

  async deleteByPrefix(prefix: string): Promise<number> {
    requireDeletablePrefix(prefix);
    let bytes = 0;
    for await (const page of this.#pages(prefix)) {
      if (page.length === 0) continue;
      await this.#deleteAll(page.map(({ key }) => key));
      for (const { size } of page) bytes += size;
    }
    return bytes;
  }

  async *list(prefix: string): AsyncGenerator<string> {
    for await (const page of this.#pages(prefix)) for (const { key } of page) yield key;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#attempts.close();
    this.#client.destroy();
  }

  /** No byte of a piece that is there. */
  async #nothingOf(key: string): Promise<Buffer> {
    if ((await this.size(key)) === undefined) throw new NoSuchKeyError(key);
    return Buffer.alloc(0);
  }

  /** @throws NoSuchKeyError when the storage says that there is a bucket and no such key in it */
  async #read(key: string, Range: string | undefined, into?: Uint8Array) {
    const input = { Bucket: this.#address.bucket, Key: key, ...(Range === undefined ? {} : { Range }) };
    const read = async (abortSignal: AbortSignal) => {
      try {
        const answer = await this.#client.send(new this.#sdk.GetObjectCommand(input), { abortSignal });
        const body = await collect(answer.Body as Body, answer.ContentLength, into);
        const size = Number(answer.ContentRange?.split('/')[1] ?? body.length);
        return { body, size, metadata: answer.Metadata ?? {} };
      } catch (error) {
        const { code } = failureOf(error);
        if (code === 'NoSuchKey') throw new NoSuchKeyError(key);
        // nothing is left from there on
        if (code === 'InvalidRange') return { body: Buffer.alloc(0), size: 0, metadata: {} };
        throw error;
      }
    };
    return await this.#attempts.run(this.#what('get', key), read, isMissing);
  }

  /** A page at a time, of our own keys only: a bucket may hold other things. */
  async *#pages(prefix: string): AsyncGenerator<{ key: string; size: number }[]> {
    for (let marker: string | undefined, isLast = false; !isLast; ) {
      this.#requireOpen();
      const input = { Bucket: this.#address.bucket, Prefix: prefix, MaxKeys: PAGE, EncodingType: 'url' as const };
      const from = marker === undefined ? {} : { Marker: marker };
      const list = (abortSignal: AbortSignal) =>
        this.#client.send(new this.#sdk.ListObjectsCommand({ ...input, ...from }), { abortSignal });
      const page = await this.#attempts.run(this.#what('list', prefix), list, never);
      const isEncoded = page.EncodingType === 'url';
      const entries = (page.Contents ?? []).map(({ Key = '', Size = 0 }) => {
        return { key: isEncoded ? decoded(Key) : Key, size: Size };
      });
      marker = entries.at(-1)?.key;
      isLast = page.IsTruncated !== true || marker === undefined;
      yield entries.filter(({ key }) => isKey(key));
    }
  }

  async #deleteAll(keys: readonly string[]): Promise<void> {
    const Delete = { Objects: keys.map((Key) => ({ Key })), Quiet: true };
    const remove = async (abortSignal: AbortSignal) => {
      const command = new this.#sdk.DeleteObjectsCommand({ Bucket: this.#address.bucket, Delete });
      const { Errors = [] } = await this.#client.send(command, { abortSignal });
      const [first] = Errors;
      if (first) throw Object.assign(new Error('some keys were not deleted'), { code: first.Code ?? 'InternalError' });
    };
    await this.#attempts.run(this.#what(`delete ${keys.length} pieces from`, keys[0]!), remove, never);
  }

  #what(call: string, key: string): string {
    return `${call} ${key} in bucket ${this.#address.bucket}`;
  }

  #require(key: string): void {
    this.#requireOpen();
    requireKey(key);
  }

  #requireOpen(): void {
    if (this.#closed) throw new Error(`the piece store in bucket ${this.#address.bucket} is closed`);
  }
}

/** By the checksum that a put left beside it. Values are unsigned (`reference/pieces-and-redundancy.md` §13.4). */
async function isAsWritten({ body, metadata }: { body: Buffer; metadata: Record<string, string> }): Promise<boolean> {
  const written = metadata.crc32c;
  return written === undefined || !/^\d{1,10}$/.test(written) || Number(written) === (await crc32c(body));
}

const never = (): boolean => false;
const isMissing = (error: unknown): boolean => error instanceof NoSuchKeyError;

/** Names in lists are encoded as in a form. */
function decoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
