/** What a command says: text for people, or one JSON line with `--json`. */
import { GfSpError } from '@prairie/gfsp';

export interface Output {
  readonly json: boolean;
  /** Whether a person watches: then bars move; elsewhere plain lines are written. */
  readonly interactive: boolean;
  /** A line for people; silent with `--json`. */
  say(line: string): void;
  /** The command's result: `human` for people, `data` as one line with `--json`. */
  result(data: unknown, human: string): void;
}

export function createOutput(json: boolean): Output {
  return {
    json,
    interactive: !json && process.stderr.isTTY === true,
    say: (line) => {
      if (!json) process.stdout.write(`${line}\n`);
    },
    result: (data, human) => {
      process.stdout.write(`${json ? toJsonLine(data) : human}\n`);
    },
  };
}

/** 64-bit integers as decimal text, bytes as hex: what any JSON reader keeps exactly. */
export function toJsonLine(data: unknown): string {
  return JSON.stringify(data, (_, value) => {
    if (typeof value === 'bigint') return value.toString();
    if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
    return value;
  });
}

/** What was asked for has an answer, and it is bad news: it was printed already, only the exit code is left to say. */
export class BadNews extends Error {
  override readonly name = 'BadNews';
}

/** A mistake of the user's: `message` says what is wrong, `next` what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly next: string;
  /** The single faults, when `message` lists several: for readers of JSON. */
  readonly problems: readonly string[] | undefined;
  constructor(message: string, next: string, problems?: readonly string[]) {
    super(message);
    this.next = next;
    this.problems = problems;
  }
}

/** Prints an error with the step to take next, and tells the exit code: 2 for a wrong call, 1 for all else. */
export function reportError(error: unknown, json: boolean): number {
  if (error instanceof BadNews) return 1;
  const usage = error instanceof UsageError;
  const message = error instanceof Error ? error.message : String(error);
  const next = usage ? error.next : nextStep(error);
  const problems = usage ? error.problems : undefined;
  if (json) process.stderr.write(`${toJsonLine({ error: message, code: codeOf(error), problems, next })}\n`);
  else process.stderr.write(`error: ${message}\n${next ? `  next: ${next}\n` : ''}`);
  return usage ? 2 : 1;
}

function codeOf(error: unknown): string | number | undefined {
  if (error instanceof GfSpError) return error.innerCode;
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

const nextSteps: Record<string, string> = {
  NO_MANAGER: 'check that it runs, and name its gRPC address with --endpoint or --config',
  ECONNREFUSED: 'nothing listens there: start the devnet with `npm start`, or name the node with --rpc',
  ENOENT: 'check the path of the file',
  EADDRINUSE: 'another program has the port: stop it, or choose others with --rpc-port and --sp-port',
};

function nextStep(error: unknown): string | undefined {
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    const code = 'code' in e ? String(e.code) : '';
    if (nextSteps[code]) return nextSteps[code];
  }
  return undefined;
}
