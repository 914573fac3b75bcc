import { fstatSync } from 'node:fs';
import { readFully, withFile } from './descriptors.ts';
import { readWindow, roomFor } from './keys.ts';

/** Bytes from `offset`; all of them without a length. */
export interface Window {
  readonly offset: number;
  readonly length: number | undefined;
}

/** What there is of `window`, in `into` if it fits. @throws as `fs.open` does; RangeError */
export function readFileWindow(path: string, { offset, length }: Window, into?: Uint8Array): Promise<Buffer> {
  return withFile(path, 'r', async (fd) => {
    // not asynchronous: what was just opened is in memory
    const { from, to } = readWindow(fstatSync(fd).size, offset, length);
    const window = roomFor(to - from, into);
    return window.subarray(0, await readFully(fd, window, from));
  });
}
