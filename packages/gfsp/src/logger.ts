/**
 * Logging: a message and fields, with what the call is about ({@link currentContext}). What must not be read by others
 * is never written (see `redact.ts`).
 */
import { currentContext } from './context.ts';
import { formats, type LogFormat } from './log-formats.ts';
import { printable, redactText } from './redact.ts';

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

/** The logger of a whole process. */
export interface ProcessLogger extends Logger {
  /** Why the process ends, with the stack. Writing it ends nothing. */
  panic(message: string, error: unknown): void;
}

/** What of the lines is written: `panic` is nothing but the end of the process. */
export type LogThreshold = LogLevel | 'panic';

export interface LoggerOptions {
  /** Lines below it are dropped. Default `info`. */
  level?: LogThreshold;
  /**
   * `json`: one object a line; `plain`: for a terminal; `reference`: one object a line in the reference's order of
   * fields. Default `json`.
   */
  format?: LogFormat;
  /** Takes one line without its end. Default: standard error. */
  write?: (line: string) => void;
}

const RANK: Readonly<Record<LogThreshold, number>> = { debug: 0, info: 1, warn: 2, error: 3, panic: 4 };
/** Names that the reference takes besides (`reference/cli-and-config.md` §7). */
const ALIASES: Readonly<Record<string, LogThreshold>> = { dbug: 'debug', warning: 'warn', eror: 'error' };
const MAX_STACK = 8192;

/** A level by a name of the configuration. @throws RangeError for a name that is none */
export function parseLogLevel(name: string): LogThreshold {
  const lower = name.toLowerCase();
  if (Object.hasOwn(RANK, lower)) return lower as LogThreshold;
  const alias = Object.hasOwn(ALIASES, lower) ? ALIASES[lower] : undefined;
  if (alias) return alias;
  throw new RangeError(`log level ${JSON.stringify(name)}: expected debug, info, warn, error or panic`);
}

export function createLogger(options: LoggerOptions = {}, fields: LogFields = {}): ProcessLogger {
  const { level = 'info', format = 'json', write = writeToStderr } = options;
  const line = formats[format];
  const put = (at: LogThreshold, message: string, own?: LogFields): void =>
    write(line(at, redactText(message), printable({ ...fields, ...own }), currentContext()));
  const log = (at: LogLevel) => (RANK[at] < RANK[level] ? () => {} : put.bind(undefined, at));
  return {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    child: (more) => createLogger(options, { ...fields, ...more }),
    panic: (message, error) => put('panic', message, { error, stacktrace: stackOf(error) }),
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

function stackOf(error: unknown): string {
  return String(error instanceof Error ? error.stack : error).slice(0, MAX_STACK);
}
