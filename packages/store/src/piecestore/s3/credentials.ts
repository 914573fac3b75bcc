/** Keys of a bucket, from the environment (`reference/pieces-and-redundancy.md` §13.4). */
import type { RemoteStorage } from './address.ts';
import { oidcRole } from './oidc-role.ts';

/** `AKSK`: an access key and a secret key. `SA`: the role of a service account. */
export type IamType = 'AKSK' | 'SA';

export interface BucketKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** When others are needed. */
  readonly expiration?: Date;
}

/** How requests are signed. */
export type Signing =
  | { readonly by: 'keys'; readonly keys: BucketKeys }
  | { readonly by: 'provider'; readonly provider: () => Promise<BucketKeys> }
  /** What the SDK finds by itself: a web identity (`AWS_ROLE_ARN`, `AWS_WEB_IDENTITY_TOKEN_FILE`), a machine's role. */
  | { readonly by: 'environment' }
  | { readonly by: 'nobody' };

/** Variables are not set. Names them, never their values. */
export class MissingCredentialsError extends Error {
  override readonly name = 'MissingCredentialsError';
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The value of an access key that stands for requests without a signature. */
const ANONYMOUS = 'NoSignRequest';

/** Beginning of the three variables of a pair of keys: `_ACCESS_KEY`, `_SECRET_KEY`, `_SESSION_TOKEN`. */
const VARIABLES: Readonly<Record<Exclude<RemoteStorage, 'ldfs'>, string>> = {
  s3: 'AWS',
  minio: 'MINIO',
  b2: 'B2',
  oss: 'ALIBABA_CLOUD',
};

/** Storages that know service accounts; the others are asked with keys, whatever `IAMType` is. */
const WITH_ROLES: readonly RemoteStorage[] = ['s3', 'oss'];

/** @throws MissingCredentialsError that names the variables to set */
export function signingFor(storage: RemoteStorage, iamType: IamType, env: Environment): Signing {
  if (storage === 'ldfs') return { by: 'keys', keys: { accessKeyId: 'ldfs', secretAccessKey: 'ldfs' } };
  if (iamType === 'AKSK' || !WITH_ROLES.includes(storage)) return keysOf(storage, env);
  return storage === 'oss' ? { by: 'provider', provider: oidcRole(env) } : { by: 'environment' };
}

function keysOf(storage: keyof typeof VARIABLES, env: Environment): Signing {
  const variable = (name: string) => `${VARIABLES[storage]}_${name}`;
  const accessKeyId = env[variable('ACCESS_KEY')];
  const secretAccessKey = env[variable('SECRET_KEY')];
  const sessionToken = env[variable('SESSION_TOKEN')];
  if (storage === 's3' && accessKeyId === ANONYMOUS) return { by: 'nobody' };
  if (!accessKeyId || !secretAccessKey) {
    const names = [variable('ACCESS_KEY'), variable('SECRET_KEY')].join(' and ');
    const other = WITH_ROLES.includes(storage) ? ', or set PieceStore.Store.IAMType to SA' : '';
    throw new MissingCredentialsError(`the piece store ${storage} needs ${names} in the environment${other}`);
  }
  return { by: 'keys', keys: { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) } };
}
