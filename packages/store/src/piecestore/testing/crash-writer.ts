import { writeSync } from 'node:fs';
import { FilePieceStore } from '../file-store.ts';
import { crashPiece } from './crash-pieces.ts';

/** The process that the crash test kills: puts pieces, several at a time, and says which are acknowledged. */
const root = process.argv[2];
if (!root) throw new Error('usage: crash-writer.ts ROOT');
const store = await FilePieceStore.open({ root });

async function writer(number: number): Promise<never> {
  for (let version = 1; ; version++) {
    for (let key = 0; key < 5; key++) {
      const name = `s${number}_s${key}`;
      await store.put(name, crashPiece(name, version));
      // At once and whole, so that no acknowledgement is lost in a buffer of the killed process.
      writeSync(1, `${name} ${version}\n`);
    }
  }
}
await Promise.all(Array.from({ length: 4 }, (_, number) => writer(number)));
