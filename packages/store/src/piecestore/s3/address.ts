/** Where a bucket is, from `PieceStore.Store.BucketURL` (`reference/pieces-and-redundancy.md` §13.4). */

/** Kinds of storage that speak the S3 protocol. */
export const REMOTE_STORAGES = ['s3', 'oss', 'b2', 'minio', 'ldfs'] as const;
export type RemoteStorage = (typeof REMOTE_STORAGES)[number];

export interface BucketAddress {
  /** Without the bucket: `https://s3.eu-west-1.amazonaws.com`. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  /** The bucket is in the path of a request, not in the name of its host. */
  readonly pathStyle: boolean;
}

/** A bucket's URL that cannot be one. Says what was expected; the URL is not repeated, it may have a password. */
export class BucketUrlError extends Error {
  override readonly name = 'BucketUrlError';
}

type Environment = Readonly<Record<string, string | undefined>>;
type Reader = (url: URL, env: Environment) => BucketAddress;

const DEFAULT_REGION = 'us-east-1';

interface Kind {
  /** Of a URL that has none. */
  readonly scheme: 'http' | 'https';
  readonly expected: string;
  readonly read: Reader;
}

const KINDS: Readonly<Record<RemoteStorage, Kind>> = {
  s3: {
    scheme: 'https',
    expected: 'https://<bucket>.s3.<region>.amazonaws.com or https://<host>/<bucket>',
    read: (url) => (bucketInPath(url) === '' ? fromHost(url, false) : fromPath(url, regionOf(url.hostname))),
  },
  b2: {
    scheme: 'https',
    expected: 'https://<bucket>.s3.<region>.backblazeb2.com or https://<host>/<bucket>',
    read: (url) => (bucketInPath(url) === '' ? fromHost(url, true) : fromPath(url, regionOf(url.hostname))),
  },
  minio: {
    scheme: 'http',
    expected: 'http://<host>:<port>/<bucket>',
    read: (url, env) => {
      const plain = new URL(url);
      plain.pathname = url.pathname.replace(/^\/minio\/(?=.)/, '/');
      return fromPath(plain, env.MINIO_REGION || DEFAULT_REGION);
    },
  },
  ldfs: { scheme: 'http', expected: 'http://<host>:<port>/<bucket>', read: (url) => fromPath(url, 'ldfs') },
  oss: {
    scheme: 'https',
    expected: 'https://<bucket>.<region>.aliyuncs.com',
    read: (url, env) => {
      const [bucket = '', region = '', ...rest] = url.hostname.split('.');
      const endpoint = `${url.protocol}//${[region, ...rest].join('.')}${portOf(url)}`;
      if (rest.length === 0) return { endpoint, bucket: '', region, pathStyle: false };
      return { endpoint, bucket, region: env.ALIBABA_CLOUD_OSS_REGION || region, pathStyle: false };
    },
  },
};

/** @throws BucketUrlError that says what was expected */
export function bucketAddress(storage: RemoteStorage, text: string, env: Environment): BucketAddress {
  const { scheme, expected, read } = KINDS[storage];
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `${scheme}://${text}`;
  const url = URL.parse(whole.replace(/^(?!https:)[a-z][a-z0-9+.-]*:/i, 'http:'));
  const refuse = (why: string) => new BucketUrlError(`${why}: expected a URL like ${expected}`);
  if (!url || !/[a-z0-9]/i.test(url.hostname) || !isDecodable(url.pathname)) throw refuse('this is no URL of a bucket');
  if (url.username !== '' || url.password !== '') {
    throw refuse('a URL of a bucket has no user and password, keys are in the environment');
  }
  const address = read(url, env);
  if (address.bucket === '') throw refuse(`no bucket is named in the URL on ${url.host}`);
  return address;
}

/** Each `%` begins an encoded byte. */
function isDecodable(path: string): boolean {
  try {
    return decodeURIComponent(path) !== undefined;
  } catch {
    return false;
  }
}

const portOf = ({ port }: URL): string => (port === '' ? '' : `:${port}`);
const bucketInPath = ({ pathname }: URL): string => decodeURIComponent(pathname.split('/')[1] ?? '');

function fromPath(url: URL, region: string): BucketAddress {
  return { endpoint: url.origin, bucket: bucketInPath(url), region, pathStyle: true };
}

/** `<bucket>.s3.<region>.<domain>`: a bucket's name may have dots. */
function fromHost(url: URL, pathStyle: boolean): BucketAddress {
  const [, bucket = '', host = ''] = /^(.+?)\.(s3[.-].+)$/.exec(url.hostname) ?? [];
  return { endpoint: `${url.protocol}//${host}${portOf(url)}`, bucket, region: regionOf(url.hostname), pathStyle };
}

/** The label after `s3.` or `s3-`, as long as a domain of two labels follows: `s3.example.com` names no region. */
function regionOf(host: string): string {
  const rest = /(?:^|\.)s3[.-](?:dualstack\.)?(.+)$/.exec(host)?.[1] ?? '';
  const [region = '', ...domain] = rest.split('.');
  if (domain.length < 2 || region === 'amazonaws' || region === 'external-1') return DEFAULT_REGION;
  return region;
}
