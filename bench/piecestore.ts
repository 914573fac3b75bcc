import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PageMemory, type PieceStore } from '@prairie/gfsp';
import { openPieceStore, type PieceStoreSettings } from '@prairie/store';
import { findS3Server, HOW_TO_INSTALL, startS3 } from '../test/support/s3-server.ts';
import { type Measurement, measure } from './measure.ts';

const KEYS = 16;
/** A shard of a small object, a small object, a shard of a whole segment. */
const SIZES = [
  ['16 KiB', 16 << 10],
  ['64 KiB', 64 << 10],
  ['4 MiB', 4 << 20],
] as const;

/**
 * Puts and warm gets of each kind of piece store: files by policy (where they are decides: set TMPDIR to the disk in
 * question), read through a cache, and a bucket of an S3 server on this machine, whose own CPU is not counted.
 */
export async function* benchPieceStore(seconds: number, say: (line: string) => void): AsyncGenerator<Measurement> {
  const root = await mkdtemp(join(tmpdir(), 'prairie-bench-'));
  try {
    for (const sync of ['batch', 'always', 'never'] as const) {
      yield* benchStore(`files, ${sync}`, { storage: 'file', bucketUrl: join(root, sync), sync }, seconds);
    }
    const cached = { storage: 'file', bucketUrl: join(root, 'cached'), cacheBytes: 1 << 28 } as const;
    yield* benchStore('files, cache', cached, seconds);
  } finally {
    await rm(root, { recursive: true });
  }
  if (findS3Server() === undefined) return say(HOW_TO_INSTALL);
  const server = await startS3();
  try {
    Object.assign(process.env, server.env);
    const settings = { storage: 's3', bucketUrl: `${server.endpoint}/pieces`, iamType: 'AKSK' } as const;
    yield* benchStore('s3', settings, seconds);
  } finally {
    await server.remove();
  }
}

async function* benchStore(name: string, settings: PieceStoreSettings, seconds: number): AsyncGenerator<Measurement> {
  const store = await openPieceStore(settings);
  try {
    for (const [label, bytes] of SIZES) yield* benchSize(store, `${name}: `, { label, bytes }, seconds);
  } finally {
    await store.close();
  }
}

async function* benchSize(
  store: PieceStore,
  name: string,
  { label, bytes }: { label: string; bytes: number },
  seconds: number,
): AsyncGenerator<Measurement> {
  // as an upload has it
  const piece = new PageMemory().take(bytes);
  piece.set(randomBytes(bytes));
  const keys = Array.from({ length: KEYS }, (_, index) => `s${bytes}_s${index}`);
  for (const key of keys) await store.put(key, piece);
  const put = (index: number) => store.put(keys[index % KEYS]!, piece);
  const get = (index: number) => store.get(keys[index % KEYS]!);
  yield await measure({ name: `${name}put ${label}`, bytes, run: put }, seconds);
  yield await measure({ name: `${name}put ${label}, 8 at a time`, bytes, concurrency: 8, run: put }, seconds);
  yield await measure({ name: `${name}get ${label}`, bytes, run: get }, seconds);
}
