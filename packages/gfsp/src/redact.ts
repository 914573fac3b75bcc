/** What may stand in a log line: no secrets, and nothing of any length. */

const MAX_TEXT = 2048;
const MAX_ITEMS = 32;
const MAX_FIELDS = 64;
const MAX_DEPTH = 3;
export const REDACTED = '[redacted]';

/** Names of fields whose values stay out of logs whatever they hold: `bls_key` too, though it may be the public one. */
const SECRET_NAME =
  /priv(ate)?[-_]?key|secret|passw(or)?d|passphrase|mnemonic|authorization|credential|bls[-_]?key|cookie|api[-_]?key/i;

/** Passwords within a text: of addresses, of Go's data source names, of `key=value` lists. */
const SECRET_TEXTS: readonly [RegExp, string][] = [
  [/(\b[a-z][a-z0-9+.-]{0,15}:\/\/[^\s:/@]{0,128}):[^\s/]{1,512}@/gi, `$1:${REDACTED}@`],
  [/([^\s:@/"']{1,128}):[^\s"']{1,512}@(tcp|unix)\(/gi, `$1:${REDACTED}@$2(`],
  [/\b(passw(?:or)?d|secret|private_?key)(["']?\s{0,2}[=:]\s{0,2}["']?)[^\s"'&;,]{1,512}/gi, `$1$2${REDACTED}`],
];
/** Most lines have none of these, and cost one look. */
const SUSPECT = /@|passw|secret|private/i;

export function isSecret(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** The text without passwords, cut at 2048 characters. */
export function redactText(text: string): string {
  const short = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  if (!SUSPECT.test(short)) return short;
  return SECRET_TEXTS.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), short);
}

/** Fields that JSON can hold and a line can bear: deep or long parts are cut, bytes are counted. */
export function printable(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return printableFields(fields, 0);
}

function printableFields(fields: object, depth: number): Record<string, unknown> {
  const entries = Object.entries(fields).slice(0, MAX_FIELDS);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, isSecret(name) ? REDACTED : printableValue(value, depth)]),
  );
}

function printableValue(value: unknown, depth: number): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return `<${value.length} bytes>`;
  if (value instanceof Error) return errorFields(value, depth);
  if (depth >= MAX_DEPTH) return '…';
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => printableValue(item, depth + 1));
  return printableFields(value, depth + 1);
}

function errorFields(error: Error & { innerCode?: number; codeSpace?: string }, depth: number): unknown {
  return {
    message: redactText(error.message),
    ...(error.innerCode === undefined ? { name: error.name } : { code: error.innerCode, space: error.codeSpace }),
    ...(error.cause === undefined || depth >= MAX_DEPTH ? {} : { cause: printableValue(error.cause, depth + 1) }),
  };
}
