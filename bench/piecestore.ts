import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilePieceStore } from '@prairie/store';
import { type Measurement, measure } from './measure.ts';

const KEYS = 16;

/** Durable puts and warm gets of the file piece store. Where it writes decides: set TMPDIR to the disk in question. */
export async function* benchPieceStore(seconds: number): AsyncGenerator<Measurement> {
  const root = await mkdtemp(join(tmpdir(), 'prairie-bench-'));
  const store = await FilePieceStore.open({ root });
  try {
    for (const [label, bytes] of [['64 KiB', 65_536] as const, ['4 MiB', 4 << 20] as const]) {
      const piece = randomBytes(bytes);
      const keys = Array.from({ length: KEYS }, (_, index) => `s${bytes}_s${index}`);
      for (const key of keys) await store.put(key, piece);
      const put = (index: number) => store.put(keys[index % KEYS]!, piece);
      const get = (index: number) => store.get(keys[index % KEYS]!);
      yield await measure({ name: `piece store: put ${label}`, bytes, run: put }, seconds);
      yield await measure({ name: `piece store: put ${label}, 8 at a time`, bytes, concurrency: 8, run: put }, seconds);
      yield await measure({ name: `piece store: get ${label}`, bytes, run: get }, seconds);
    }
  } finally {
    await store.close();
    await rm(root, { recursive: true });
  }
}
