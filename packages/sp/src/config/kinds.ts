/** Kinds of values: how each is read from TOML or from text, what is allowed, and how it is written. */
import { isIP } from 'node:net';
import { isAddress } from '@prairie/chain';
import { type Report, shown } from './report.ts';

/** Where a value stands, and who is told of its faults. */
export interface Place {
  /** `Chain.ChainID`, with who gave it when it is not from the file. */
  readonly path: string;
  readonly secret: boolean;
  /** The value is text of a variable or an option: numbers and lists are read from it. */
  readonly text: boolean;
  readonly report: Report;
}

export interface Kind<T> {
  /** What a value is, for people: `a whole number from 0 to 10`. */
  readonly expects: string;
  /** Undefined after telling the report what was expected and what came. */
  read(value: unknown, place: Place): T | undefined;
  /** As TOML has it. */
  literal(value: T): string;
}

/** A kind whose values stand alone. `read` answers undefined for what is none. */
export function scalar<T>(expects: string, read: (value: unknown, text: boolean) => T | undefined, literal = quoted) {
  return {
    expects,
    read(value: unknown, place: Place): T | undefined {
      const result = read(value, place.text);
      if (result === undefined) {
        place.report.problem(`${place.path}: expected ${expects}, got ${shown(value, place.secret)}`);
      }
      return result;
    },
    literal: (value: T) => literal(String(value)),
  } satisfies Kind<T>;
}

/** TOML's basic string. JSON's escapes are TOML's too; the delete character needs one more. */
export function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('\u007f', '\\u007f');
}

const verbatim = (text: string): string => text;
const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export const text = (expects = 'text'): Kind<string> => scalar(expects, asText);

/** Text of a form; empty text is none given. */
function formed(expects: string, accepts: (text: string) => boolean): Kind<string> {
  return scalar(expects, (value) => {
    const trimmed = asText(value)?.trim();
    return trimmed !== undefined && (trimmed === '' || accepts(trimmed)) ? trimmed : undefined;
  });
}

export const flag: Kind<boolean> = scalar(
  'true or false',
  (value, isText) => {
    if (typeof value === 'boolean') return value;
    return isText && (value === 'true' || value === 'false') ? value === 'true' : undefined;
  },
  verbatim,
);

function integerOf(value: unknown, isText: boolean): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return isText && typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? BigInt(value) : undefined;
}

export interface Bounds {
  readonly min?: number;
  readonly max?: number;
  /** What is less counts as this. */
  readonly raisedTo?: number;
}

/** A whole number that fits a double. */
export function whole({ min = 0, max = Number.MAX_SAFE_INTEGER, raisedTo = min }: Bounds = {}): Kind<number> {
  const raised = raisedTo > min ? `; less than ${raisedTo} counts as ${raisedTo}` : '';
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  const read = (value: unknown, isText: boolean) => {
    const integer = integerOf(value, isText);
    if (integer === undefined || integer < BigInt(min) || integer > BigInt(max)) return undefined;
    return Math.max(Number(integer), raisedTo);
  };
  return scalar(`a whole number ${range}${raised}`, read, verbatim);
}

/** Timers count 2^31-1 milliseconds at most. */
const MAX_TIMER_SECONDS = 2_147_483;
/** A time that something waits for, in seconds. */
export const seconds = (bounds: Bounds = {}): Kind<number> => whole({ max: MAX_TIMER_SECONDS, ...bounds });
/** The same, in milliseconds. */
export const milliseconds = (): Kind<number> => whole({ max: MAX_TIMER_SECONDS * 1000 });

const MAX_INT64 = 2n ** 63n - 1n;
/** A whole number of any size that TOML has: bytes, fees. */
export const amount: Kind<bigint> = scalar(
  'a whole number of at least 0',
  (value, isText) => {
    const integer = integerOf(value, isText);
    return integer !== undefined && integer >= 0n && integer <= MAX_INT64 ? integer : undefined;
  },
  verbatim,
);

/** A number with a fraction; what is less than `raisedTo` counts as it. */
export function decimal({ min = 0, max = 1e9, raisedTo = min }: Bounds = {}): Kind<number> {
  const raised = raisedTo > min ? `; less than ${raisedTo} counts as ${raisedTo}` : '';
  const read = (value: unknown, isText: boolean) => {
    const parsable = isText && typeof value === 'string' && /^\d{1,15}(\.\d{1,15})?$/.test(value);
    const number = typeof value === 'bigint' || parsable ? Number(value) : value;
    if (typeof number !== 'number' || !(number >= min && number <= max)) return undefined;
    return Math.max(number, raisedTo);
  };
  return scalar(`a number from ${min} to ${max}${raised}`, read, verbatim);
}

/** One of some words, in any case; `others` are spellings that stand for one of them. */
export function oneOf<const W extends string>(words: readonly W[], others: Readonly<Record<string, W>> = {}): Kind<W> {
  const known = new Map([...words.map((word) => [word.toLowerCase(), word] as const), ...Object.entries(others)]);
  return scalar(`one of ${words.join(', ')}`, (value) => known.get(asText(value)?.trim().toLowerCase() ?? '-'));
}

/** `host:port`; without a host, every address of the machine. */
function isHostPort(text: string): boolean {
  const match = /^(\[[0-9a-fA-F:.]+\]|[^\s:,/@]*):(\d{1,5})$/.exec(text);
  return match !== null && Number(match[2]) <= 65535;
}

export const hostPort = formed('host:port', isHostPort);

/** A database server's address; without a port it is the engine's own. */
export const hostOrHostPort = formed(
  'a host, or host:port',
  (text) => /^(\[[0-9a-fA-F:.]+\]|[^\s:,/@]+)$/.test(text) || isHostPort(text),
);

function isUrl(text: string): boolean {
  const { protocol } = URL.parse(text) ?? {};
  return protocol === 'http:' || protocol === 'https:';
}

export const httpUrl = formed('a URL like http://host:port', isUrl);

/** A database's address. */
export const postgresUrl = formed(
  'a URL like postgres://user:password@host:5432/database',
  (text) => /^postgres(ql)?:\/\//.test(text) && URL.canParse(text),
);

/** Hex digits of a 32-byte key. A `0x` that the reference does not allow is taken off. */
export const privateKey: Kind<string> = scalar('64 hex digits', (value) => {
  const digits = asText(value)?.trim().replace(/^0x/i, '');
  return digits !== undefined && /^([0-9a-fA-F]{64})?$/.test(digits) ? digits : undefined;
});

export const account = formed('an address: 0x and 40 hex digits', isAddress);

export const regularExpression = formed('a regular expression', isExpression);

function isExpression(text: string): boolean {
  try {
    return new RegExp(text) !== undefined;
  } catch {
    return false;
  }
}

/** `10.0.0.0/8`, or one address. */
export const network = formed('an address or a network like 10.0.0.0/8', (text) => {
  const [address = '', bits = '0', ...rest] = text.split('/');
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= longest;
});

/** Several values: a TOML list, or one text with commas between them. */
export function listOf<T>(item: Kind<T>, form: 'list' | 'commas' = 'list'): Kind<readonly T[]> {
  return {
    expects: form === 'list' ? `a list, each ${item.expects}` : `${item.expects}, several with commas between them`,
    read(value, place) {
      const items = itemsOf(value, place.text || form === 'commas');
      if (!items) {
        place.report.problem(`${place.path}: expected ${this.expects}, got ${shown(value, place.secret)}`);
        return undefined;
      }
      const read = items.map((each, i) => item.read(each, { ...place, path: `${place.path}[${i}]` }));
      // an item of blanks is none, as an empty one is
      return read.includes(undefined) ? undefined : (read as T[]).filter((each) => each !== '');
    },
    literal(values) {
      if (form === 'commas') return quoted(values.join(','));
      return `[${values.map((value) => item.literal(value)).join(', ')}]`;
    },
  };
}

function itemsOf(value: unknown, splits: boolean): readonly unknown[] | undefined {
  const parts = typeof value === 'string' && splits ? value.split(',').map((part) => part.trim()) : value;
  return Array.isArray(parts) ? parts.filter((part) => part !== '') : undefined;
}
