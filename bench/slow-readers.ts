/** Many clients that take their answers slowly: they keep a connection, and what a server holds for it, for long. */
import { connect, type Socket } from 'node:net';
import { inLanes } from './figures.ts';

const INTERVAL_MS = 500;
/** Readers that connect at a time. */
const OPENING = 20;

export interface SlowReaders {
  /** Bytes that each has read so far. */
  readonly bytes: readonly number[];
  /** How many have lost their connection. */
  broken(): number;
  close(): void;
}

/** Resolves when each of `count` has its first bytes. Each reads `bytesPerS` from then on. */
export async function slowReaders(port: number, requests: readonly Buffer[], bytesPerS: number): Promise<SlowReaders> {
  const readers: Socket[] = [];
  const bytes: number[] = [];
  let broken = 0;
  await inLanes(requests, OPENING, async (request) => {
    // so small a buffer, that not the client's memory is what takes the answer
    const socket = connect({ host: '127.0.0.1', port, highWaterMark: bytesPerS } as never);
    const index = readers.push(socket) - 1;
    bytes.push(0);
    socket.write(request);
    await new Promise<void>((resolve, reject) => {
      socket.once('readable', resolve);
      socket.once('error', reject);
      socket.once('close', () => reject(new Error('the provider closed the connection of a slow reader')));
    });
    socket.removeAllListeners('close');
    socket.once('close', () => broken++);
    socket.on('readable', () => {});
    bytes[index] = 0;
  });
  const timer = setInterval(() => {
    for (const [index, socket] of readers.entries()) bytes[index]! += taken(socket, (bytesPerS * INTERVAL_MS) / 1000);
  }, INTERVAL_MS);
  return {
    bytes,
    broken: () => broken,
    close() {
      clearInterval(timer);
      for (const socket of readers) {
        socket.removeAllListeners('close');
        socket.on('error', () => {});
        socket.destroy();
      }
    },
  };
}

function taken(socket: Socket, most: number): number {
  const length = Math.min(most, socket.readableLength);
  return length > 0 ? ((socket.read(length) as Buffer | null)?.length ?? 0) : 0;
}
