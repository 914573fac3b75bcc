/** The SDK's client for one bucket. The SDK is loaded with the first one: files, and the command line, need it not. */
import { createHash } from 'node:crypto';
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import type { BucketAddress } from './address.ts';
import type { Signing } from './credentials.ts';

export interface ClientOptions {
  address: BucketAddress;
  signing: Signing;
  tlsInsecureSkipVerify: boolean;
  /** Connections at most; more requests wait for one, within their deadline. */
  maxConnections: number;
  /** Waits of a connection, in milliseconds; for tests. */
  waits?: Partial<typeof WAITS> | undefined;
}

export type Sdk = typeof import('@aws-sdk/client-s3');

/** `reference/pieces-and-redundancy.md` §13.4: dial, and silence where an answer is due. Milliseconds. */
const WAITS = { connect: 10_000, silence: 30_000 };
/** A connection that is not used so long is closed (§13.4). */
const IDLE_MS = 300_000;
const MAX_IDLE_CONNECTIONS = 128;

const nothing = (): void => {};
const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing };

export async function openClient(options: ClientOptions): Promise<{ sdk: Sdk; client: S3Client }> {
  const { address, signing, tlsInsecureSkipVerify, maxConnections, waits = {} } = options;
  const [sdk, { NodeHttpHandler }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('@smithy/node-http-handler'),
  ]);
  const agent = {
    keepAlive: true,
    timeout: IDLE_MS,
    maxSockets: maxConnections,
    maxFreeSockets: MAX_IDLE_CONNECTIONS,
  };
  const client = new sdk.S3Client({
    endpoint: address.endpoint,
    region: address.region,
    forcePathStyle: address.pathStyle,
    ...signingConfig(signing),
    maxAttempts: 1, // Attempts does it: bodies break too, which the SDK does not see
    customUserAgent: 'Greenfield-SP',
    // the family does not know the newer checksums; pieces have their own
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    expectContinueHeader: false, // a round trip more, for bodies that are hardly ever refused
    requestHandler: new NodeHttpHandler({
      logger: SILENT, // it would write to the console when many wait for a connection
      connectionTimeout: waits.connect ?? WAITS.connect,
      socketTimeout: waits.silence ?? WAITS.silence,
      httpAgent: agent,
      httpsAgent: { ...agent, rejectUnauthorized: !tlsInsecureSkipVerify },
    }),
  });
  addHeaders(client);
  return { sdk, client };
}

function signingConfig(signing: Signing): Pick<S3ClientConfig, 'credentials' | 'signer'> {
  if (signing.by === 'keys') return { credentials: signing.keys };
  if (signing.by === 'provider') return { credentials: signing.provider };
  if (signing.by === 'environment') return {};
  return { credentials: { accessKeyId: '', secretAccessKey: '' }, signer: { sign: async (request) => request } };
}

interface Request {
  readonly protocol: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** What the SDK does not say by itself. */
const HEADERS: Readonly<Record<string, (request: Request) => object>> = {
  // within TLS a body is not hashed for the signature once more: that costs what hashing a piece costs
  PutObjectCommand: ({ protocol }) => (protocol === 'https:' ? { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } : {}),
  // the older ones of the family take no other checksum, and this request must have one
  DeleteObjectsCommand: ({ body = '' }) => ({ 'content-md5': createHash('md5').update(body).digest('base64') }),
};

function addHeaders(client: S3Client): void {
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) => {
        const request = args.request as Request;
        Object.assign(request.headers, HEADERS[commandName]?.(request));
        return next(args);
      },
    { step: 'build', name: 'prairieHeaders' },
  );
}
