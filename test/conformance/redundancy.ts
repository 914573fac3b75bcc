/** `erasure-and-integrity.json` and `integrity-hash.json` against `@prairie/redundancy`. */
import { createHash } from 'node:crypto';
import { expectSame, fromHex, readVectors, reportOn, type VectorReport } from '@prairie/chain/conformance';
import {
  createErasureCoder,
  createPieceMaker,
  type ErasureCoder,
  integrityHash,
  ObjectChecksums,
  objectChecksums,
  segmentCount,
  segmentSizeAt,
  verifyChallenge,
  WorkerPool,
} from '@prairie/redundancy';
import { reportOnAsync } from './report.ts';

interface Shard {
  redundancy_index: number;
  length: number;
  sha256: string;
  hex?: string;
}

interface Segment {
  segment_index: number;
  length: number;
  sha256: string;
  shards: Shard[];
  decoded: { missing: number[]; length: number; sha256: string }[];
}

interface ErasureVectors {
  data_shards: number;
  parity_shards: number;
  segment_size: number;
  empty_payload: { expect_checksums: string[] };
  rows: { size: number; payload_sha256: string; expect_checksums: string[]; segments: Segment[] }[];
}

const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

export async function checkErasureVectors(dir: string): Promise<VectorReport> {
  const vectors = readVectors<ErasureVectors>(dir, 'erasure-and-integrity.json');
  const { data_shards: data, parity_shards: parity, segment_size: segmentSize } = vectors;
  const pool = new WorkerPool();
  const coder = createErasureCoder({ pool });
  const pieceMaker = createPieceMaker({ pool });
  const empty = { size: 0, payload_sha256: sha256(Buffer.alloc(0)), ...vectors.empty_payload, segments: [] };
  try {
    return await reportOnAsync(
      [empty, ...vectors.rows],
      (row) => `${row.size} bytes`,
      async (row) => {
        const payload = payloadOf(row.size, segmentSize);
        expectSame('payload', sha256(payload), row.payload_sha256);
        const checksums = new ObjectChecksums({ segmentSize, data, parity }, { pieceMaker });
        await checksums.update(payload);
        expectSame(
          'checksums',
          (await checksums.finish()).map((sum) => sum.toString('hex')),
          row.expect_checksums,
        );
        const count = segmentCount(BigInt(row.size), BigInt(segmentSize));
        expectSame('segments', count, row.segments.length);
        for (const segment of row.segments) {
          const size = segmentSizeAt(BigInt(row.size), BigInt(segmentSize), segment.segment_index);
          const start = segment.segment_index * segmentSize;
          await checkSegment(coder, payload.subarray(start, start + size), segment, data, parity);
        }
      },
    );
  } finally {
    await pool.close();
  }
}

/** Byte i = (i·31+7) & 255, as the vectors say; but what was made for them is zero after the first segment. */
function payloadOf(size: number, segmentSize: number): Buffer {
  const payload = Buffer.alloc(size);
  for (let i = 0; i < Math.min(size, segmentSize); i++) payload[i] = i * 31 + 7;
  return payload;
}

async function checkSegment(
  coder: ErasureCoder,
  bytes: Uint8Array,
  expected: Segment,
  data: number,
  parity: number,
): Promise<void> {
  expectSame('segment length', bytes.length, expected.length);
  expectSame('segment', sha256(bytes), expected.sha256);
  const shards = await coder.encode(bytes, data, parity);
  for (const shard of expected.shards) {
    const made = shards[shard.redundancy_index]!;
    expectSame(`length of shard ${shard.redundancy_index}`, made.length, shard.length);
    expectSame(`shard ${shard.redundancy_index}`, sha256(made), shard.sha256);
    if (shard.hex !== undefined) expectSame('bytes', Buffer.from(made).toString('hex'), shard.hex);
  }
  expectSame('parity is that of the data', await coder.verify(shards, data, parity), true);
  for (const { missing, length, sha256: hash } of expected.decoded) {
    const left = shards.map((shard, index) => (missing.includes(index) ? undefined : shard));
    const made = await coder.reconstruct(left, data, parity, { only: missing });
    expectSame(
      `shards made without ${missing}`,
      made.map(sha256),
      missing.map((index) => sha256(shards[index]!)),
    );
    const decoded = await coder.decode(left, data, parity, bytes.length);
    expectSame(`length without ${missing}`, decoded.length, length);
    expectSame(`segment without ${missing}`, sha256(decoded), hash);
  }
}

interface IntegrityVectors {
  checksums: string[];
  integrity_hash: string;
  seal_doc_checksum_of_list: string;
  challenge_ok: string;
  challenge_bad_index: string;
  challenge_wrong_piece: string;
  challenge_wrong_root: string;
}

/** The list is of the pieces `a`, `b` and `c`. */
export function checkIntegrityVectors(dir: string): VectorReport {
  const vectors = readVectors<IntegrityVectors>(dir, 'integrity-hash.json');
  const checksums = vectors.checksums.map(fromHex);
  const root = fromHex(vectors.integrity_hash);
  const piece = Buffer.from('b');
  const rows: [string, string | undefined, string][] = [
    ['integrity_hash', integrityHash(checksums).toString('hex'), vectors.integrity_hash],
    ['seal_doc_checksum_of_list', integrityHash(checksums).toString('hex'), vectors.seal_doc_checksum_of_list],
    ['challenge_ok', verifyChallenge(root, checksums, 1, piece), vectors.challenge_ok],
    ['challenge_bad_index', verifyChallenge(root, checksums, 3, piece), vectors.challenge_bad_index],
    ['challenge_wrong_piece', verifyChallenge(root, checksums, 0, piece), vectors.challenge_wrong_piece],
    ['challenge_wrong_root', verifyChallenge(checksums[0]!, checksums, 1, piece), vectors.challenge_wrong_root],
  ];
  return reportOn(
    rows,
    ([name]) => name,
    // Go prints the error that is none as <nil>.
    ([name, got, expected]) => expectSame(name, got ?? '<nil>', expected),
  );
}

/** The vector that other implementations publish (`reference/pieces-and-redundancy.md` §16.3): 113 MB, made here. */
export async function checkPublishedVector(): Promise<VectorReport> {
  const expected = [
    '6YA/kt2H0pS6+/tyR20LCqqeWmNCelS4wQcEUIhnAko=',
    'C00Wks+pfo6NBQkG8iRGN5M0EtTvUAwMyaQ8+RsG4rA=',
    'Z5AW9CvNIsDo9jtxeQysSpn2ayNml3Kr4ksm/2WUu8s=',
    'dMlsKDw2dGRUygEgkyHJvOHYn9jVtycpUb7zvIGvEEk=',
    'v7vNLlbIg+27zFAOYfT2UDkoAId53Z1gDkcTA7VWT5A=',
    '1b7QsyQ8QT+7UoMU7K1SRhKOfIylogIfrSFsKJUfi4U=',
    '/7A2gwAnaJ5jFuK6sbov6iFAkhfOga4wdAK/NlCuJBo=',
  ];
  const checksums = await objectChecksums(publishedPayload(), { segmentSize: 16 << 20, data: 4, parity: 2 });
  return reportOn(
    expected.map((_, index) => index),
    (index) => `checksum ${index}`,
    (index) => expectSame('checksum', checksums[index]!.toString('base64'), expected[index]),
  );
}

async function* publishedPayload(): AsyncGenerator<Buffer> {
  const line = Array.from({ length: 9 }, () => '1234567890').join(',');
  for (let start = 0; start < 1_048_576; start += 8192) {
    const lines = Array.from({ length: 8192 }, (_, i) => `[${String(start + i).padStart(5, '0')}] ${line}\n`);
    yield Buffer.from(lines.join(''));
  }
}
