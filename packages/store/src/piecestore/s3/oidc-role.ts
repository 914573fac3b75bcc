/** Keys for a while from Alibaba Cloud's token service, for the role of a service account (its `AssumeRoleWithOIDC`). */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type BucketKeys, MissingCredentialsError } from './credentials.ts';
import { isPassingStatus, TOKEN_SERVICE_FAULT, TOKEN_SERVICE_REFUSAL } from './errors.ts';

const TOKEN_SERVICE = 'https://sts.aliyuncs.com/';
const DEADLINE_MS = 20_000;
/** An answer has some 2 KiB. */
const MAX_ANSWER_BYTES = 65_536;

export interface OidcRoleOptions {
  /** Address of the token service; for tests. */
  tokenService?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Asks anew when the keys expire: the token's file changes under way. @throws MissingCredentialsError */
export function oidcRole(
  env: Environment,
  { tokenService = TOKEN_SERVICE }: OidcRoleOptions = {},
): () => Promise<BucketKeys> {
  const value = (name: string): string => {
    const found = env[name];
    if (found) return found;
    throw new MissingCredentialsError(`the piece store oss with IAMType SA needs ${name} in the environment`);
  };
  const role = value('ALIBABA_CLOUD_ROLE_ARN');
  const provider = value('ALIBABA_CLOUD_OIDC_PROVIDER_ARN');
  const tokenFile = value('ALIBABA_CLOUD_OIDC_TOKEN_FILE');
  return async () => {
    const token = (await readFile(tokenFile, 'utf8')).trim();
    return credentialsOf(await ask(tokenService, { RoleArn: role, OIDCProviderArn: provider, OIDCToken: token }));
  };
}

async function ask(service: string, role: Readonly<Record<string, string>>): Promise<string> {
  const { status, text } = await post(service, role).catch((cause: unknown) => {
    throw Object.assign(new Error('the token service does not answer', { cause }), { code: TOKEN_SERVICE_FAULT });
  });
  if (status === 200) return text;
  // its text may have the token: only the status is told
  const code = isPassingStatus(status) ? TOKEN_SERVICE_FAULT : TOKEN_SERVICE_REFUSAL;
  throw Object.assign(new Error(`the token service refuses the role of the service account: HTTP ${status}`), { code });
}

async function post(service: string, role: Readonly<Record<string, string>>) {
  const response = await fetch(service, {
    method: 'POST',
    body: new URLSearchParams({
      Action: 'AssumeRoleWithOIDC',
      Version: '2015-04-01',
      Format: 'JSON',
      RoleSessionName: 'prairie-piece-store',
      SignatureNonce: randomUUID(),
      Timestamp: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
      ...role,
    }),
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  return { status: response.status, text: await readBounded(response) };
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw new Error(`the token service answers more than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function credentialsOf(text: string): BucketKeys {
  const unexpected = new Error(
    'the token service answers without AccessKeyId, AccessKeySecret, SecurityToken, Expiration',
  );
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw unexpected;
  }
  const given = (answer as { Credentials?: Readonly<Record<string, unknown>> } | null)?.Credentials ?? {};
  const { AccessKeyId: accessKeyId, AccessKeySecret: secretAccessKey, SecurityToken: sessionToken, Expiration } = given;
  const expiration = new Date(String(Expiration));
  const areTexts = [accessKeyId, secretAccessKey, sessionToken].every(
    (each) => typeof each === 'string' && each !== '',
  );
  if (!areTexts || Number.isNaN(expiration.getTime())) throw unexpected;
  return { accessKeyId, secretAccessKey, sessionToken, expiration } as BucketKeys;
}
