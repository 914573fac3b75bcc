/**
 * A program that has keys and signs: one child process, a line of JSON per request on its standard input, a line per
 * answer on its standard output, in any order (`docs/guides/external-signer.md`). When it dies it is started again, and
 * what it had not answered is asked again: signing twice gives the same.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Backoff, backoffMs, type Logger } from '@prairie/gfsp';
import type { KeyName } from './operations.ts';

export interface KeyCommandOptions {
  /** A request ends after so long, restarts included. Default 10 s. */
  timeoutMs?: number;
  /** Requests at most that wait for an answer; more are refused. Default 256. */
  maxInFlight?: number;
  /** Pauses before the program is started again. Default 100 ms to 10 s. */
  restart?: Backoff;
}

export interface KeyRequest {
  key: KeyName;
  op: 'address' | 'publicKey' | 'signDigest' | 'blsSign';
  /** 32 bytes. */
  digest?: Uint8Array;
}

type Child = ChildProcessByStdio<Writable, Readable, null>;

interface Waiting {
  resolve(result: string): void;
  reject(error: Error): void;
}

/** The longest answer has 200 characters; whoever sends more speaks another language. */
const MAX_LINE = 64 << 10;
const MAX_ERROR_TEXT = 200;

/** The program ended before it answered. */
class DiedError extends Error {}

export class KeyCommand {
  readonly #argv: readonly string[];
  readonly #options: Required<KeyCommandOptions>;
  readonly #logger: Logger;
  readonly #waiting = new Map<number, Waiting>();
  readonly #closing = new AbortController();
  #child: Child | undefined;
  #starting: Promise<Child> | undefined;
  #asked = 0;
  /** Starts since the last answer. */
  #failures = 0;
  #nextId = 1;
  #rest = '';

  /** @throws Error when there is no program */
  constructor(argv: readonly string[], options: KeyCommandOptions, { logger }: { logger: Logger }) {
    if (!argv[0]) throw new Error('the signer command is empty: expected a program and its arguments');
    this.#argv = argv;
    const restart = { baseMs: 100, maxMs: 10_000 };
    this.#options = { timeoutMs: 10_000, maxInFlight: 256, restart, ...options };
    this.#logger = logger;
  }

  /** `bytes` is the length of a right answer. @throws Error when the program refuses, answers otherwise, or not in time */
  async ask(request: KeyRequest, bytes: number): Promise<Buffer> {
    const { maxInFlight } = this.#options;
    if (this.#asked >= maxInFlight) throw new Error(`${maxInFlight} requests wait for the signer command already`);
    this.#asked++;
    try {
      return parse(await this.#untilAnswered(request), request, bytes);
    } finally {
      this.#asked--;
    }
  }

  async #untilAnswered(request: KeyRequest): Promise<string> {
    const { timeoutMs } = this.#options;
    const deadline = AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#closing.signal]);
    let died = '';
    for (;;) {
      try {
        const child = await race(this.#running(), deadline);
        return await this.#send(child, request, deadline);
      } catch (error) {
        if (this.#closing.signal.aborted) throw new Error('the signer command was closed');
        if (deadline.aborted) {
          throw new Error(`the signer command did not answer ${request.op} in ${timeoutMs} ms${died}`);
        }
        if (!(error instanceof DiedError)) throw error;
        died = `: ${error.message}`;
      }
    }
  }

  /** Closes its input, and ends it if that does not. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#starting?.catch(() => {});
    const child = this.#child;
    if (!child) return;
    const ended = once(child, 'exit');
    child.stdin.end();
    const timer = setTimeout(() => child.kill('SIGKILL'), 1000);
    await ended;
    clearTimeout(timer);
  }

  #running(): Promise<Child> {
    if (this.#child) return Promise.resolve(this.#child);
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined;
    });
    return this.#starting;
  }

  async #start(): Promise<Child> {
    const { signal } = this.#closing;
    if (this.#failures > 0) await sleep(backoffMs(this.#failures, this.#options.restart), undefined, { signal });
    signal.throwIfAborted();
    const [program, ...args] = this.#argv;
    // what it says about itself goes where this process says its own
    const child = spawn(program!, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#failures++;
    this.#rest = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => this.#read(child, text));
    // a broken pipe is seen as the end of the process
    child.stdin.on('error', () => {});
    child.once('exit', (code, reason) => this.#ended(child, reason ?? `exit code ${code}`));
    child.on('error', () => {});
    await once(child, 'spawn').catch((error: Error) => {
      throw new DiedError(`it cannot be started: ${error.message}`);
    });
    this.#child = child;
    return child;
  }

  #send(child: Child, { key, op, digest }: KeyRequest, deadline: AbortSignal): Promise<string> {
    const id = this.#nextId++;
    const body = digest ? { digest: Buffer.from(digest).toString('hex') } : {};
    const answer = new Promise<string>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    if (this.#child !== child) this.#waiting.get(id)!.reject(new DiedError('it ended'));
    else child.stdin.write(`${JSON.stringify({ id, key, op, ...body })}\n`);
    return race(answer, deadline).finally(() => this.#waiting.delete(id));
  }

  #read(child: Child, text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop()!;
    for (const line of lines) this.#take(line);
    if (this.#rest.length <= MAX_LINE) return;
    this.#logger.error('the signer command sent a line that does not end: it is started again');
    child.kill('SIGKILL');
  }

  /** A line that is no answer to anything waiting is none: its request may be too late. */
  #take(line: string): void {
    try {
      const { id, result, error } = JSON.parse(line) as { id?: number; result?: unknown; error?: unknown };
      const waiting = this.#waiting.get(id!);
      if (!waiting) return;
      this.#failures = 0;
      if (typeof result === 'string') waiting.resolve(result);
      else waiting.reject(new Error(`the signer command refused: ${String(error).slice(0, MAX_ERROR_TEXT)}`));
    } catch {
      this.#logger.warn('the signer command sent a line that is no JSON', { length: line.length });
    }
  }

  #ended(child: Child, why: string): void {
    if (this.#child === child) this.#child = undefined;
    if (!this.#closing.signal.aborted) this.#logger.warn('the signer command ended', { program: this.#argv[0], why });
    for (const { reject } of this.#waiting.values()) reject(new DiedError(`it ended: ${why}`));
  }
}

function parse(result: string, { op }: KeyRequest, bytes: number): Buffer {
  const hex = result.replace(/^0x/i, '');
  if (hex.length === bytes * 2 && /^[0-9a-f]*$/i.test(hex)) return Buffer.from(hex, 'hex');
  throw new Error(`the signer command answered ${op} with ${hex.length} characters: expected ${bytes * 2} hex digits`);
}

/** @throws the signal's reason */
function race<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
