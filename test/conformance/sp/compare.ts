/** Whether a provider's answer to another is the recorded one, in all that the asking one acts upon. */
import { headerOf } from '../http/recording.ts';
import { type Answer, sha256 } from '../http/send.ts';
import type { SpExchange } from './recording.ts';

const HEADERS = [
  'X-Gnfd-Integrity-Hash',
  'X-Gnfd-Integrity-Hash-Signature',
  'X-Gnfd-Quota-Info',
  'X-Gnfd-Secondary-Migration-Bucket-Approval',
] as const;

/** What differs first, or undefined. Of a refusal its code counts: texts are for people. */
export function answerMismatch(answer: Answer, recorded: SpExchange): string | undefined {
  if (answer.status !== recorded.status) {
    return `status: expected ${recorded.status} ${brief(recorded.response_body.text)}, got ${answer.status} ${brief(answer.body.toString())}`;
  }
  for (const name of HEADERS) {
    const [got, expected] = [headerOf(answer.headers, name), headerOf(recorded.response_headers, name)];
    if (got !== expected) return `${name}: expected ${expected ?? 'none'}, got ${got ?? 'none'}`;
  }
  return recorded.status === 200 ? bodyMismatch(answer, recorded) : codeMismatch(answer, recorded);
}

function bodyMismatch({ body }: Answer, { response_body }: SpExchange): string | undefined {
  const { len, text, base64, sha256: digest } = response_body;
  const same =
    digest !== undefined
      ? sha256(body) === digest
      : body.equals(Buffer.from(base64 ?? text ?? '', base64 ? 'base64' : 'utf8'));
  return same ? undefined : `body: expected ${len} bytes, got ${body.length} others`;
}

function codeMismatch({ body }: Answer, { response_body }: SpExchange): string | undefined {
  const [got, expected] = [codeOf(body.toString()), codeOf(response_body.text)];
  return got === expected ? undefined : `code: expected ${expected}, got ${got}`;
}

const codeOf = (xml = ''): string | undefined => /<Code>(\d+)<\/Code>/.exec(xml)?.[1];

/** On one line. */
const brief = (text = ''): string => text.slice(0, 130).replace(/[^\x20-\x7e]+/g, '·');
