/**
 * Log lines to a file that changes every hour: `<path>.YYYY-MM-DD_HH`, with `<path>` a symbolic link to the newest
 * (`reference/cli-and-config.md` §7). Whoever logs never waits: what a full buffer has no room for is dropped, counted,
 * and said as soon as lines go through again.
 */
import { type FileHandle, mkdir, open, readlink, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Writable } from 'node:stream';
import { type AppPart, formats } from '@prairie/gfsp';

export interface LogFileOptions {
  path: string;
  /** Lines that wait for the disk, together. Default 4 MiB. */
  bufferBytes?: number;
}

export interface LogFileDependencies {
  /** Gets a copy of every line, unless it is slower than they come. */
  copy?: Writable;
  /** For tests. */
  now?: () => Date;
}

export class LogFile implements AppPart {
  readonly name = 'log-file';
  readonly #path: string;
  readonly #bufferBytes: number;
  readonly #copy: Writable | undefined;
  readonly #now: () => Date;
  #lines: string[] = [];
  #bytes = 0;
  #dropped = 0;
  #copyBlocked = false;
  /** A line may have been written in part. */
  #torn = false;
  #file: { hour: string; handle: FileHandle } | undefined;
  #draining: Promise<void> | undefined;
  #closed = false;

  constructor(
    { path, bufferBytes = 4 << 20 }: LogFileOptions,
    { copy, now = () => new Date() }: LogFileDependencies = {},
  ) {
    this.#path = path;
    this.#bufferBytes = bufferBytes;
    this.#copy = copy;
    this.#now = now;
  }

  /** Makes the directory and the first file. @throws when they cannot be made, or `path` is a file and not a link */
  async start(): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true });
    await this.#current();
  }

  /** Give it to `createLogger`. Never throws, never waits; may be called before the start. */
  readonly write = (line: string): void => {
    const bytes = Buffer.byteLength(line) + 1;
    if (this.#closed || this.#bytes + bytes > this.#bufferBytes) {
      this.#dropped += 1;
      return;
    }
    this.#lines.push(line);
    this.#bytes += bytes;
    this.#draining ??= this.#drain();
  };

  /** Lines that were dropped and are not yet spoken of in the file. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Resolves when all lines written so far are with the operating system. */
  async flush(): Promise<void> {
    await this.#draining;
  }

  async stop(): Promise<void> {
    this.#closed = true;
    await this.flush();
    await this.#file?.handle.close();
    this.#file = undefined;
  }

  async #drain(): Promise<void> {
    // What is logged in one go is written in one go.
    await new Promise((resolve) => setImmediate(resolve));
    for (let well = true; this.#lines.length > 0 || (well && this.#dropped > 0); ) {
      const [lines, bytes, spoken] = [this.#lines, this.#bytes, this.#dropped];
      this.#lines = [];
      const said = spoken > 0 ? [...lines, droppedLine(spoken)] : lines;
      const text = `${said.join('\n')}\n`;
      this.#toCopy(text);
      well = await this.#append(text);
      this.#dropped += well ? -spoken : lines.length;
      this.#bytes -= bytes;
    }
    this.#draining = undefined;
  }

  /** False when the disk is full, say: the lines are gone, and that they are is said once it takes lines again. */
  async #append(text: string): Promise<boolean> {
    try {
      const handle = await this.#current();
      await handle.appendFile(this.#torn ? `\n${text}` : text);
      this.#torn = false;
      return true;
    } catch {
      this.#torn = true;
      await this.#leaveFile();
      return false;
    }
  }

  #toCopy(text: string): void {
    if (!this.#copy || this.#copyBlocked) return;
    this.#copyBlocked = !this.#copy.write(text);
    if (this.#copyBlocked) this.#copy.once('drain', () => (this.#copyBlocked = false));
  }

  /** The file of this hour. */
  async #current(): Promise<FileHandle> {
    const hour = hourOf(this.#now());
    if (this.#file?.hour === hour) return this.#file.handle;
    await this.#leaveFile();
    const name = `${this.#path}.${hour}`;
    const handle = await open(name, 'a');
    this.#file = { hour, handle };
    await this.#link(basename(name));
    return handle;
  }

  async #leaveFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.handle.close().catch(() => {});
  }

  /** The link changes in one step: a reader never finds none. */
  async #link(target: string): Promise<void> {
    const now = await readlink(this.#path).catch((error: NodeJS.ErrnoException) => error.code);
    if (now === target) return;
    if (now === 'EINVAL') {
      await this.#leaveFile();
      throw new Error(`${this.#path} is a file: expected a link to the newest log file, or nothing; move it away`);
    }
    const fresh = `${this.#path}.link`;
    await rm(fresh, { force: true });
    await symlink(target, fresh);
    await rename(fresh, this.#path);
  }
}

function droppedLine(count: number): string {
  return formats.reference('warn', 'log lines were dropped: more came than the disk took', { count }, {});
}

/** `2024-05-01_08`, local time. */
export function hourOf(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}_${two(date.getHours())}`;
}
