/** Whether an answer is the recorded one, after what cannot be the same in two runs was made alike on both sides. */
import { answerMismatch as jsonMismatch, type Rule } from '@prairie/devchain/conformance';
import { neutralOf } from './neutral.ts';
import { type Exchange, headerOf } from './recording.ts';
import { type Answer, sha256 } from './send.ts';

/** Headers that a client acts upon. */
const HEADERS = [
  'Content-Type',
  'Content-Range',
  'Content-Disposition',
  'Location',
  'X-Gnfd-Signed-Msg',
  'X-Gnfd-Integrity-Hash',
  'X-Gnfd-Object-Id',
  'X-Gnfd-Piece-Hash',
] as const;

export type Translate = (text: string) => string;

/** Two texts that may be compared. */
interface Sides {
  ours: Translate;
  recorded: Translate;
}

/** What differs first, or undefined. `translate` turns ports and hashes of ours into the recorded ones. */
export function answerMismatch(answer: Answer, recorded: Exchange, translate: Translate): string | undefined {
  if (answer.status !== expectedStatus(recorded)) {
    const got = brief(answer.body.toString('latin1'));
    return `status: expected ${recorded.status} ${brief(recorded.response_body.text ?? '')}, got ${answer.status} ${got}`;
  }
  const neutral = neutralOf(recorded);
  const sides: Sides = { ours: (text) => neutral(translate(text)), recorded: neutral };
  return (
    headerMismatch(answer, recorded, sides) ?? lengthMismatch(answer, recorded) ?? bodyMismatch(answer, recorded, sides)
  );
}

/** An answer with a range has status 206 here (`docs/differences.md`). */
function expectedStatus({ status, response_headers }: Exchange): number {
  return status === 200 && headerOf(response_headers, 'Content-Range') !== undefined ? 206 : status;
}

/** Where the recorded answer told its length, ours must too: clients show how far they are. */
function lengthMismatch({ headers, body }: Answer, { response_headers }: Exchange): string | undefined {
  const got = headerOf(headers, 'Content-Length');
  if (headerOf(response_headers, 'Content-Length') === undefined || got === String(body.length)) return undefined;
  return `Content-Length: expected ${body.length}, got ${got ?? 'none'}`;
}

function headerMismatch({ headers }: Answer, { response_headers }: Exchange, sides: Sides): string | undefined {
  for (const name of HEADERS) {
    const [got, expected] = [headerOf(headers, name), headerOf(response_headers, name)];
    const ours = sides.ours(readable(got ?? 'none'));
    const recorded = sides.recorded(readable(expected ?? 'none'));
    if (ours !== recorded) return `${name}: ${textMismatch(ours, recorded)}`;
  }
  return undefined;
}

/** Of JSON (`/status`): what tells of the software, its settings and the moment is compared by kind. */
const STATUS_RULE: Rule = (path) =>
  /\.(sp_operator_address|sp_domain_name|sp_monthly_free_quota|chain_id)$/.test(path) ? 'value' : 'kind';

function bodyMismatch({ body }: Answer, { endpoint, response_body }: Exchange, sides: Sides): string | undefined {
  const { text, base64, sha256: digest, len } = response_body;
  if (digest !== undefined) {
    return sha256(body) === digest ? undefined : `body: expected ${len} bytes ${digest}, got ${body.length} bytes`;
  }
  if (base64 !== undefined) {
    return body.toString('base64') === base64 ? undefined : `body: expected ${base64}, got ${body.toString('base64')}`;
  }
  if (endpoint === 'status') return jsonMismatch(JSON.parse(body.toString()), JSON.parse(text ?? ''), STATUS_RULE);
  const [got, expected] = [sides.ours(body.toString()), sides.recorded(text ?? '')];
  return got === expected ? undefined : `body ${textMismatch(got, expected)}`;
}

/** Signed messages are JSON in hex. */
const readable = (value: string): string =>
  /^([0-9a-f]{2})+$/.test(value) ? Buffer.from(value, 'hex').toString('latin1') : value;

const AROUND = 60;

function textMismatch(got: string, expected: string): string {
  let at = 0;
  while (at < got.length && got[at] === expected[at]) at++;
  const near = (text: string) => brief(text.slice(Math.max(0, at - AROUND), at + AROUND));
  return `at ${at}: expected …${near(expected)}…, got …${near(got)}…`;
}

/** On one line. */
const brief = (text: string): string => text.slice(0, 130).replace(/[^\x20-\x7e]+/g, '·');
