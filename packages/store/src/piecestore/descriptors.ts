/**
 * Files by their plain descriptors. The file handles of `node:fs/promises` cost three times the CPU, which is most of
 * what a small piece costs.
 */
import { closeSync, fdatasync, ftruncate, open, read, rename, write } from 'node:fs';

type Callback<T> = (error: NodeJS.ErrnoException | null, result: T) => void;

/** One call, without the layers of `promisify`. */
function called<T>(call: (done: Callback<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => call((error, result) => (error ? reject(error) : resolve(result))));
}

/** With a file that is closed afterwards. @throws as `fs.open` does, and what `work` throws */
export async function withFile<T>(path: string, flags: number | string, work: (fd: number) => Promise<T>): Promise<T> {
  const fd = await called<number>((done) => open(path, flags, 0o644, done));
  try {
    return await work(fd);
  } finally {
    // what had to reach the disk has: it only gives the number back, which costs less than asking a thread to
    closeSync(fd);
  }
}

/** Bytes that were read: fewer than asked for where the file has become shorter. */
export async function readFully(fd: number, into: Buffer, position: number): Promise<number> {
  let size = 0;
  while (size < into.length) {
    const at = size;
    const got = await called<number>((done) => read(fd, into, at, into.length - at, position + at, done));
    if (got === 0) break;
    size += got;
  }
  return size;
}

export async function writeFully(fd: number, data: Uint8Array, position: number): Promise<void> {
  for (let size = 0; size < data.length; ) {
    const at = size;
    size += await called<number>((done) => write(fd, data, at, data.length - at, position + at, done));
  }
}

/** Its bytes, and its length, are on the disk. */
export const syncData = (fd: number): Promise<void> =>
  called((done) => fdatasync(fd, (error) => done(error, undefined)));

export const truncateTo = (fd: number, length: number): Promise<void> =>
  called((done) => ftruncate(fd, length, (error) => done(error, undefined)));

export const renameFile = (from: string, to: string): Promise<void> =>
  called((done) => rename(from, to, (error) => done(error, undefined)));
