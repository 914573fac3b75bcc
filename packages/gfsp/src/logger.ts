/** Logging: a message and fields. What must not be read by others is never written (see {@link isSecret}). */

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds `fields` to every line. */
  child(fields: LogFields): Logger;
}

export interface LoggerOptions {
  /** Lines below it are dropped. Default `info`. */
  level?: LogLevel;
  /** `json`: one object a line; `plain`: for a terminal. Default `json`. */
  format?: 'json' | 'plain';
  /** Takes one line without its end. Default: standard error. */
  write?: (line: string) => void;
}

const ORDER: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
const MAX_TEXT = 2048;

export function createLogger(options: LoggerOptions = {}, fields: LogFields = {}): Logger {
  const { level = 'info', format = 'json', write = writeToStderr } = options;
  const line = format === 'json' ? jsonLine : plainLine;
  const log = (at: LogLevel) => (message: string, own?: LogFields) => {
    if (ORDER.indexOf(at) < ORDER.indexOf(level)) return;
    write(line(at, message, printable({ ...fields, ...own })));
  };
  return {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    child: (more) => createLogger(options, { ...fields, ...more }),
  };
}

/** For tests and embedders that want silence. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  child: () => silentLogger,
};

function writeToStderr(line: string): void {
  process.stderr.write(`${line}\n`);
}

function jsonLine(level: LogLevel, message: string, fields: Record<string, unknown>): string {
  return JSON.stringify({ time: new Date().toISOString(), level, message, ...fields });
}

function plainLine(level: LogLevel, message: string, fields: Record<string, unknown>): string {
  const time = new Date().toISOString().slice(11, 23);
  const rest = Object.entries(fields).map(([key, value]) => ` ${key}=${plainValue(value)}`);
  return `${time} ${level.padEnd(5)} ${message}${rest.join('')}`;
}

function plainValue(value: unknown): string {
  if (typeof value === 'string') return /[\s"=]/.test(value) ? JSON.stringify(value) : value;
  return JSON.stringify(value) ?? 'undefined';
}

/** Names of fields whose values stay out of logs whatever they hold. */
function isSecret(name: string): boolean {
  return /private_?key|secret|password|passphrase|mnemonic|authorization|credential/i.test(name);
}

function printable(fields: LogFields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, isSecret(name) ? '[redacted]' : printableValue(value, 0)]),
  );
}

/** A value that JSON can hold and a line can bear: deep or long parts are cut, bytes are counted. */
function printableValue(value: unknown, depth: number): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string') return value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return `<${value.length} bytes>`;
  if (value instanceof Error) return errorFields(value, depth);
  if (depth >= 3) return '…';
  if (Array.isArray(value)) return value.slice(0, 32).map((item) => printableValue(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      isSecret(name) ? '[redacted]' : printableValue(item, depth + 1),
    ]),
  );
}

function errorFields(error: Error & { innerCode?: number; codeSpace?: string }, depth: number): unknown {
  return {
    message: error.message.slice(0, MAX_TEXT),
    ...(error.innerCode === undefined ? { name: error.name } : { code: error.innerCode, space: error.codeSpace }),
    ...(error.cause === undefined || depth >= 3 ? {} : { cause: printableValue(error.cause, depth + 1) }),
  };
}
