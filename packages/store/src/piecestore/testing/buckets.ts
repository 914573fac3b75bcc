/** New buckets on an S3 server of the test's own. */
import { after } from 'node:test';
import { type S3Server, type S3ServerOptions, skipWithoutS3, startS3 } from '../../../../../test/support/s3-server.ts';
import { openPieceStore, type PieceStoreSettings } from '../open.ts';

export class TestBuckets {
  readonly skip = skipWithoutS3();
  readonly #options: S3ServerOptions;
  #server: Promise<S3Server> | undefined;
  #made = 0;

  /** For a test file: the server starts with the first bucket and ends with the last test. */
  constructor(options: S3ServerOptions = {}) {
    this.#options = options;
    after(async () => (await this.#server)?.remove());
  }

  server(): Promise<S3Server> {
    this.#server ??= startS3(this.#options);
    return this.#server;
  }

  /** A name that no other bucket has. */
  fresh(): string {
    return `pieces-${++this.#made}`;
  }

  /** A store with this server's keys. Its pauses are short. */
  async open(storage: PieceStoreSettings['storage'], bucketUrl: string, more: Partial<PieceStoreSettings> = {}) {
    const { env } = await this.server();
    return await openPieceStore({ storage, bucketUrl, iamType: 'AKSK', minRetryDelayMs: 10, ...more }, { env });
  }
}
