/**
 * What the tables of the chain answer, and what it costs with 10^4, 10^5 and 10^6 objects in a bucket. They are written
 * as the block syncer does, many blocks in a transaction.
 */
import { greenfieldStorage } from '@prairie/chain';
import type { NameQuery } from '@prairie/gfsp';
import { BsDb, type BsDbTables, type ObjectRow } from '@prairie/store';
import { DatabaseServers } from '@prairie/store/testing';
import { round } from './figures.ts';
import { machineLine } from './machine.ts';
import { measure } from './measure.ts';

interface Flags {
  quick: boolean;
  seconds: number;
  engine: string;
}

interface Aids {
  signal: AbortSignal;
  say: (text: string) => void;
}

const BUCKETS = 10_000;
const OWNERS = 100;
const PAGE = 1000;
/** Objects of one transaction. */
const AT_ONCE = 2000;
/** Folders below `tree/`. */
const FOLDERS = 2000;
/** Of the removed objects one of so many is not. */
const SURVIVORS = 1000;

export async function* benchMetadata({ quick, seconds, engine }: Flags, aids: Aids): AsyncGenerator<object> {
  const servers = new DatabaseServers();
  const databases = servers.engines.find((one) => one.engine === engine);
  if (!databases)
    throw new Error(`--engine: one of ${servers.engines.map((one) => one.engine).join(', ')} is expected`);
  if (databases.skip) {
    yield { case: 'metadata', engine, skipped: databases.skip };
    return;
  }
  const db = await BsDb.open(await databases.fresh());
  try {
    await putBuckets(db);
    for (const objects of quick ? [1e4, 1e5] : [1e4, 1e5, 1e6]) {
      const of = { engine, objects };
      yield { case: 'metadata-load', ...of, ...(await load(db, objects, aids)) };
      for (const [name, run] of questions(db, objects)) {
        aids.signal.throwIfAborted();
        yield { ...(await measure({ name: `metadata-${name}`, bytes: 0, run }, seconds)), ...of };
      }
    }
    yield machineLine();
  } finally {
    await db.close();
    await servers.close();
  }
}

const bucketOf = (objects: number): string => `bucket-of-${objects}`;
const addressOf = (n: number): string => `0x${(n + 1).toString(16).padStart(40, '0')}`;
const digits = (n: number): string => String(n).padStart(8, '0');

/** Two fifths in one folder, two in many, and one in a folder where nearly all are removed. */
function nameOf(i: number): string {
  const part = i % 5;
  if (part < 2) return `big/${digits(i)}.jpg`;
  return part < 4 ? `tree/${digits(i % FOLDERS)}/${digits(i)}.jpg` : `gone/${digits(i)}.jpg`;
}

const isRemoved = (i: number): boolean => i % 5 === 4 && Math.floor(i / 5) % SURVIVORS !== 0;

async function putBuckets(db: BsDb): Promise<void> {
  await db.transaction(async ({ buckets }) => {
    for (let i = 0; i < BUCKETS; i++) {
      const owner = addressOf(i % OWNERS);
      await buckets.put({ bucket_id: BigInt(i), bucket_name: `bucket-${i}`, owner, create_at: BigInt(i) });
    }
  });
}

/** A bucket with so many objects, and rates of writing them. */
async function load(db: BsDb, objects: number, { signal, say }: Aids): Promise<object> {
  say(`${objects} objects`);
  const bucket_name = bucketOf(objects);
  const cpu = process.cpuUsage();
  const started = performance.now();
  for (let at = 0; at < objects; at += AT_ONCE) {
    signal.throwIfAborted();
    await db.transaction((tables) => putObjects(tables, bucket_name, at, Math.min(at + AT_ONCE, objects), objects));
  }
  const spent = process.cpuUsage(cpu);
  const elapsed = (performance.now() - started) / 1000;
  return {
    seconds: round(elapsed),
    objectsPerS: round(objects / elapsed, 0),
    cpuUsPerObject: round((spent.user + spent.system) / objects, 1),
  };
}

/** The objects are made, and some of them removed, as by the blocks of a while. */
async function putObjects(
  tables: BsDbTables,
  bucket: string,
  from: number,
  end: number,
  objects: number,
): Promise<void> {
  const rows = Array.from({ length: end - from }, (_, i) => objectRow(bucket, from + i, objects));
  const named = ({ object_name, object_id }: (typeof rows)[number]) => ({
    bucket,
    objectName: object_name,
    objectId: object_id,
  });
  await tables.objects.putAll(rows);
  await tables.prefixTree.insertAll(rows.map(named));
  for (const [i, row] of rows.entries()) {
    if (!isRemoved(from + i)) continue;
    await tables.objects.update(row.object_id, { removed: true, update_at: row.create_at }, bucket);
    await tables.prefixTree.remove(bucket, row.object_name, row.object_id);
  }
}

function objectRow(bucket_name: string, i: number, objects: number) {
  const object_name = nameOf(i);
  const sum = new Uint8Array(32).fill(i);
  return {
    bucket_id: BigInt(objects),
    bucket_name,
    object_name,
    object_id: BigInt(objects) * 10n + BigInt(i),
    creator: addressOf(1),
    owner: addressOf(1),
    operator: addressOf(2),
    updater: addressOf(1),
    local_virtual_group_id: 1,
    payload_size: 65_536n,
    content_type: 'image/jpeg',
    status: greenfieldStorage.ObjectStatus.OBJECT_STATUS_SEALED,
    checksums: Array<Uint8Array>(7).fill(sum),
    create_at: BigInt(i),
    create_time: BigInt(i),
    create_tx_hash: sum,
    update_tx_hash: sum,
    sealed_tx_hash: sum,
  } satisfies Partial<ObjectRow>;
}

/** Numbers of folders that end with the last page of objects; two of five have some. */
const lastFolders = (objects: number): number => (PAGE * FOLDERS * 5) / (2 * objects);

type Question = readonly [name: string, run: (index: number) => Promise<unknown>];

function questions(db: BsDb, objects: number): Question[] {
  const bucket = bucketOf(objects);
  const page = (query: Partial<NameQuery>): NameQuery => ({ bucket, prefix: '', from: '', limit: PAGE + 1, ...query });
  const list = (query: Partial<NameQuery>) => db.objects.list(page(query), false);
  const tree = (query: Partial<NameQuery>) => db.prefixTree.list(page(query));
  // a fixed order that jumps about
  const somewhere = (index: number) => digits((index * 7_919_993) % objects);
  return [
    ['list-first-page', () => list({})],
    ['list-middle-page', () => list({ from: `big/${digits(objects / 2)}` })],
    ['list-last-page', () => list({ from: `tree/${digits(FOLDERS - lastFolders(objects))}/` })],
    ['list-random-page', (index) => list({ from: `big/${somewhere(index)}` })],
    ['list-prefix', (index) => list({ prefix: `tree/${digits((index * 5 + 2) % FOLDERS)}/` })],
    ['list-removed', () => list({ prefix: 'gone/' })],
    ['folder-root', () => tree({})],
    ['folder-of-many', (index) => tree({ prefix: 'big/', from: `big/${somewhere(index)}` })],
    ['folder-of-folders', () => tree({ prefix: 'tree/' })],
    ['folder-removed', () => tree({ prefix: 'gone/' })],
    ['object-meta', (index) => db.objects.live(bucket, nameOf((index * 5) % objects))],
    ['object-by-id', (index) => db.objects.byId(BigInt(objects) * 10n + BigInt(index % objects))],
    ['bucket-meta', (index) => db.buckets.liveByName(`bucket-${index % BUCKETS}`)],
    ['user-buckets', (index) => db.buckets.ofOwner(addressOf(index % OWNERS), false, OWNERS)],
    ['access', (index) => db.permissions.access(`bucket-${index % BUCKETS}`, '')],
  ];
}
