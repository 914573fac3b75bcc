/** `keys-and-tables.json`: keys and sizes of pieces, shards of tables, keys of tasks. */
import { type Init, greenfieldStorage as storage } from '@prairie/chain';
import { expectSame, readVectors, reportOn, type VectorReport } from '@prairie/chain/conformance';
import { keyOf, type TaskKind, type TaskMessages, taskKinds } from '@prairie/gfsp';
import { ecPieceSize, parsePieceKey, pieceKey, segmentCount, segmentSizeAt } from '@prairie/redundancy';
import { bucketShard, integrityShard, murmur3, shardTable } from '@prairie/store';
import { sumReports } from './report.ts';

interface PieceKeyRow {
  object_id: string;
  segment: number;
  version: number;
  segment_key: string;
  ec_key_2: string;
  'challenge_key_-1': string;
  challenge_key_4: string;
}

interface PieceSizeRow {
  payload: number;
  segment_count: number;
  max_segment_piece_size: number;
  pieces: { segment: number; segment_size: number; ec_size: number }[] | null;
}

interface Vectors {
  bucket_shards: { bucket: string; murmur3_32: number; objects_table: string; prefix_table: string }[];
  integrity_shards: { object_id: string; integrity_table: string }[];
  parse: { key: string; challenge: [number, number]; challenge_err: string }[];
  piece_keys: PieceKeyRow[];
  piece_sizes: PieceSizeRow[];
  task_keys: { task: string; key: string }[];
}

const SEGMENT = 16_777_216;
const DATA = 4;

export function checkKeysAndTables(dir: string): VectorReport {
  const vectors = readVectors<Vectors>(dir, 'keys-and-tables.json');
  return sumReports([
    reportOn(vectors.piece_keys, (row) => row.segment_key, checkPieceKeys),
    reportOn(vectors.parse, (row) => `parse ${row.key}`, checkParse),
    reportOn(vectors.piece_sizes, (row) => `sizes of ${row.payload} bytes`, checkPieceSizes),
    reportOn(
      vectors.bucket_shards,
      (row) => `bucket ${row.bucket}`,
      (row) => {
        expectSame('murmur3', murmur3(Buffer.from(row.bucket)), row.murmur3_32);
        expectSame('objects', shardTable('objects', bucketShard(row.bucket)), row.objects_table);
        expectSame('prefixes', shardTable('slash_prefix_tree_nodes', bucketShard(row.bucket)), row.prefix_table);
      },
    ),
    reportOn(
      vectors.integrity_shards,
      (row) => `object ${row.object_id}`,
      (row) =>
        expectSame('table', shardTable('integrity_meta', integrityShard(BigInt(row.object_id))), row.integrity_table),
    ),
    reportOn(
      vectors.task_keys,
      (row) => row.task,
      (row) => expectSame('key', taskKey(row.task), row.key),
    ),
  ]);
}

function checkPieceKeys(row: PieceKeyRow): void {
  const key = (redundancyIndex: number) =>
    pieceKey(BigInt(row.object_id), row.segment, redundancyIndex, BigInt(row.version));
  expectSame('segment', key(-1), row.segment_key);
  expectSame('EC piece 2', key(2), row.ec_key_2);
  expectSame('challenged segment', key(-1), row['challenge_key_-1']);
  expectSame('challenged EC piece 4', key(4), row.challenge_key_4);
}

/**
 * The reference has three parsers. Ours does what the one for challenges does, which takes both kinds of keys; the
 * other two also take some keys of the wrong kind.
 */
function checkParse(row: Vectors['parse'][number]): void {
  const parsed = parsePieceKey(row.key);
  const expected = row.challenge_err === '<nil>' ? row.challenge : undefined;
  expectSame('segment and redundancy index', parsed && [parsed.segment, parsed.redundancyIndex], expected);
}

function checkPieceSizes(row: PieceSizeRow): void {
  const payload = BigInt(row.payload);
  const count = segmentCount(payload, BigInt(SEGMENT));
  expectSame('segments', count, row.segment_count);
  expectSame('longest piece', Math.min(row.payload, SEGMENT), row.max_segment_piece_size);
  const pieces = Array.from({ length: count }, (_, segment) => {
    const size = segmentSizeAt(payload, BigInt(SEGMENT), segment);
    return { segment, segment_size: size, ec_size: ecPieceSize(size, DATA) };
  });
  expectSame('pieces', pieces, row.pieces ?? []);
}

/** The key of the task that a row writes like `ReceivePiece(b,o,12,1,3)`. */
function taskKey(row: string): string {
  const [, name = '', list = ''] = /^(\w+)\((.*)\)$/.exec(row) ?? [];
  const make = recordedTasks[name];
  if (!make) throw new Error(`there is no task ${name}`);
  return make(list.split(','));
}

/** What the values of a row are, by the row's name of its task. */
const recordedTasks: Readonly<Record<string, (values: string[]) => string>> = {
  CreateBucketApproval: ([bucket_name, creator, print]) =>
    key('create-bucket-approval', { create_bucket_info: { bucket_name, creator }, fingerprint: fingerprint(print) }),
  CreateObjectApproval: ([bucket_name, object_name, creator, print]) =>
    key('create-object-approval', {
      create_object_info: { bucket_name, object_name, creator },
      fingerprint: fingerprint(print),
    }),
  ReplicatePieceApproval: ([...of]) => key('replicate-approval', { object_info: object(of) }),
  UploadObject: ([...of]) => key('upload', { object_info: object(of) }),
  ReplicatePiece: ([...of]) => key('replicate', { object_info: object(of) }),
  SealObject: ([...of]) => key('seal', { object_info: object(of) }),
  DownloadObject: ([b, o, id, low, high]) =>
    key('download', { object_info: object([b, o, id]), low: BigInt(low!), high: BigInt(high!) }),
  ChallengePiece: ([b, o, id, segment, redundancy, user_address]) =>
    key('challenge', {
      object_info: object([b, o, id]),
      segment_idx: Number(segment),
      redundancy_idx: Number(redundancy),
      task: { user_address },
    }),
  RecoverPiece: ([b, o, id, segment, shard]) =>
    key('recover', { object_info: object([b, o, id]), segment_idx: Number(segment), ec_idx: Number(shard) }),
  ReceivePiece: ([b, o, id, segment, redundancy]) =>
    key('receive', {
      object_info: object([b, o, id]),
      segment_idx: Number(segment),
      redundancy_idx: Number(redundancy),
    }),
  GCZombiePiece: ([start, end, time]) =>
    key('gc-zombie', { start_object_id: BigInt(start!), end_object_id: BigInt(end!), task: madeAt(time) }),
  GCStaleVersionObject: ([id, redundancy, version, time]) =>
    key('gc-stale-version', {
      object_id: BigInt(id!),
      redundancy_index: Number(redundancy),
      version: BigInt(version!),
      task: madeAt(time),
    }),
  GCBucketMigration: ([bucket]) => key('gc-bucket-migration', { bucket_id: BigInt(bucket!) }),
  MigrateGVG: ([gvg, bucket, redundancy]) =>
    key('migrate-gvg', {
      src_gvg: { id: Number(gvg) },
      bucket_id: BigInt(bucket!),
      redundancy_idx: Number(redundancy),
    }),
  MigratePiece: ([object_name, id, segment, redundancy]) =>
    key('migrate-piece', {
      object_info: object(['', object_name, id]),
      segment_idx: Number(segment),
      redundancy_idx: Number(redundancy),
    }),
};

function key<K extends TaskKind>(kind: K, init: Init<TaskMessages[K]>): string {
  return keyOf(kind, taskKinds[kind].table.create(init));
}

const object = ([bucket_name = '', object_name = '', id = '0']: readonly (string | undefined)[]) =>
  storage.ObjectInfo.create({ bucket_name, object_name, id: BigInt(id) });

const fingerprint = (text = '') => Buffer.from(text.replace(/^fp=/, ''), 'hex');

const madeAt = (time = '0') => ({ create_time: BigInt(time) });
