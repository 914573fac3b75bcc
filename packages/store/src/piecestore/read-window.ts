/**
 * Reading a part of a file by its plain descriptor. The file handles of `node:fs/promises` cost three times the CPU,
 * which is most of what a small piece costs.
 */
import { closeSync, fstatSync, open, read } from 'node:fs';
import { readWindow } from './keys.ts';

/** What there is of `length` bytes from `offset`; all of it without a length. @throws as `fs.open` does; RangeError */
export async function readFileWindow(path: string, offset: number, length: number | undefined): Promise<Buffer> {
  const fd = await opened(path);
  try {
    // not asynchronous: what was just opened is in memory
    const { from, to } = readWindow(fstatSync(fd).size, offset, length);
    const window = Buffer.allocUnsafeSlow(to - from);
    return window.subarray(0, await filled(fd, window, from));
  } finally {
    // nothing is written: it only gives the number back, which costs less than asking a thread to
    closeSync(fd);
  }
}

function opened(path: string): Promise<number> {
  return new Promise((resolve, reject) => open(path, 'r', (error, fd) => (error ? reject(error) : resolve(fd))));
}

/** Bytes that were read: fewer than asked for where the file has become shorter. */
async function filled(fd: number, window: Buffer, position: number): Promise<number> {
  let size = 0;
  while (size < window.length) {
    const got = await readOnce(fd, window.subarray(size), position + size);
    if (got === 0) break;
    size += got;
  }
  return size;
}

function readOnce(fd: number, into: Buffer, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(fd, into, 0, into.length, position, (error, size) => (error ? reject(error) : resolve(size)));
  });
}
