/** What an object storage's errors mean. Its own error objects are not passed on: they carry keys and signatures. */

/** An object storage refused a request, or could not be reached. Has no keys, signatures or URLs in it. */
export class ObjectStorageError extends Error {
  override readonly name = 'ObjectStorageError';
  /** The storage's word for it (`SlowDown`), or the system's (`ECONNRESET`). */
  readonly code: string;
  /** Of HTTP; undefined when there was no answer. */
  readonly status: number | undefined;

  constructor(what: string, { code, status }: Failure, tries: number) {
    const answer = status === undefined ? code : `${code}, HTTP ${status}`;
    super(
      `${what}: ${SENTENCES[code] ?? byStatus(status, code)} (${answer}${tries > 1 ? `, tried ${tries} times` : ''})`,
    );
    this.code = code;
    this.status = status;
  }
}

/** What there is of it in any error of the SDK, of the system, and of ours. */
interface SdkError {
  readonly name?: string;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly clockSkewCorrected?: boolean };
}

export interface Failure {
  readonly code: string;
  readonly status: number | undefined;
}

/** An attempt took longer than it may. */
export const DEADLINE = 'Deadline';
/** A body is shorter or longer than its head said. */
export const BROKEN_BODY = 'BrokenBody';
/** The service that gives keys cannot be reached, or has a fault. */
export const TOKEN_SERVICE_FAULT = 'TokenServiceFault';
/** It gives none. */
export const TOKEN_SERVICE_REFUSAL = 'TokenServiceRefusal';

/** What happened, in one word and a status, of any error. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ObjectStorageError) return error;
  const { name, code, $metadata } = error as SdkError;
  // answers to HEAD have no word; the SDK tells a wrong clock by the answer's date, and has set it right
  const said = $metadata?.clockSkewCorrected ? 'RequestTimeTooSkewed' : name;
  const word = typeof code === 'string' ? code : (said ?? 'Error');
  return { code: /^[\w.-]{1,64}$/.test(word) ? word : 'Error', status: $metadata?.httpStatusCode };
}

/** OpenSSL's words for a certificate that cannot be trusted. */
const CERTIFICATE = /CERT|LEAF_SIGNATURE/;

/** The reference's words (§13.1), and what to do where the word does not say it. */
const SENTENCES: Readonly<Record<string, string>> = {
  NoSuchBucket: 'the specified bucket does not exist',
  CredentialsProviderError: 'there are no keys for the bucket, set IAMType and its variables',
  SignatureDoesNotMatch: 'deny access bucket, the secret key is another one',
  InvalidAccessKeyId: 'deny access bucket, the access key is not known there',
  [DEADLINE]: 'there was no answer in time',
  [BROKEN_BODY]: 'the answer was cut short',
  [TOKEN_SERVICE_FAULT]: 'the token service gives no keys for now',
  [TOKEN_SERVICE_REFUSAL]: 'the token service refuses the role of the service account',
};

function byStatus(status: number | undefined, code: string): string {
  if (status === undefined && CERTIFICATE.test(code)) {
    return 'its certificate is not known, name its authority in NODE_EXTRA_CA_CERTS';
  }
  if (status === undefined) return 'the storage cannot be reached';
  if (status === 403) return 'deny access bucket';
  return status >= 500 ? 'the storage has a fault' : 'the storage refuses it';
}

/** Whether it goes away by itself. */
export const isPassingStatus = (status: number): boolean => status >= 500 || status === 408 || status === 429;

/** Words that go away by themselves, whatever their status (`reference/pieces-and-redundancy.md` §13.1). */
const PASSING_CODES = new Set([
  ...['InternalError', 'RequestTimeTooSkewed', 'RequestTimeout', 'SlowDown', 'ServiceUnavailable', 'Busy'],
  ...['Throttling', 'ThrottlingException', 'RequestLimitExceeded', 'ExpiredToken', 'OperationAborted'],
  ...['ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH'],
  // where names follow nodes, one may have none for a while
  'ENOTFOUND',
  ...['TimeoutError', 'EPROTO', 'ERR_STREAM_PREMATURE_CLOSE', DEADLINE, BROKEN_BODY, TOKEN_SERVICE_FAULT],
]);

/** Whether it may be otherwise next time. Connections break also within an answer, so the word comes before the status. */
export function isPassing({ code, status }: Failure): boolean {
  if (PASSING_CODES.has(code) || code.startsWith('HPE_')) return true;
  return status !== undefined && isPassingStatus(status);
}
