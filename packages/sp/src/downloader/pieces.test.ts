import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { greenfieldStorage as storage } from '@prairie/chain';
import { ChallengePieceTask, type DownloadPieceTask, newTask, type PieceStore } from '@prairie/gfsp';
import { integrityHash, verifyChallenge } from '@prairie/redundancy';
import { operatorOf } from '../testing/chain.ts';
import { payloadOf, rejectsWith } from '../testing/network.ts';
import { QUOTA, setUp, thisMonth, USER } from './testing.ts';

type SetUp = Awaited<ReturnType<typeof setUp>>;

function piece({ request }: SetUp, over: Partial<DownloadPieceTask> = {}, user = USER): DownloadPieceTask {
  const { object_info, bucket_info, storage_params, task } = request({}, user);
  const what = { piece_key: 's1_s1', piece_offset: 24n, piece_length: 100n, enable_check: false, total_size: 0n };
  return { object_info, bucket_info, storage_params, task, ...what, ...over };
}

function challenge({ object_info, chain }: SetUp, over: Partial<ChallengePieceTask> = {}): ChallengePieceTask {
  const task = newTask({ user_address: USER });
  const what = { segment_idx: 1, redundancy_idx: -1, ...over };
  return ChallengePieceTask.create({ task, object_info, storage_params: chain.params, ...what });
}

/** The checksums of what is stored as `redundancyIndex`. */
async function noteIntegrity({ disk }: SetUp, redundancyIndex: number, pieces: Uint8Array[]): Promise<Uint8Array[]> {
  const checksums = pieces.map((one) => createHash('sha256').update(one).digest());
  await disk.spdb.setIntegrity({
    object_id: 1n,
    redundancy_index: redundancyIndex,
    integrity_checksum: integrityHash(checksums),
    piece_checksum_list: checksums,
    object_size: 2500n,
  });
  return checksums;
}

const segmentsOf = (payload: Buffer) => [0, 1, 2].map((at) => payload.subarray(at * 1024, (at + 1) * 1024));

/** Holds every read back until it is let go. */
function hold(store: PieceStore): () => void {
  const get = store.get.bind(store);
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  store.get = (...args) => gate.then(() => get(...args));
  return release;
}

test('a piece: exactly the bytes asked for, without quota', async () => {
  const all = await setUp();
  assert.deepEqual(await all.downloader.downloadPiece(piece(all)), all.payload.subarray(1048, 1148));
  assert.equal(await all.quotaLeft(), QUOTA);
  await rejectsWith(all.downloader.downloadPiece(piece(all, { piece_key: 's1_s3' })), 85102);
  await rejectsWith(all.downloader.downloadPiece(piece(all, { piece_length: 1001n })), 30005);
  await rejectsWith(all.downloader.downloadPiece(piece(all, { piece_key: 's1_s2', piece_length: 1000n })), 85101);
});

test('a key of another object, or none, is 30007; a request without its parts 30001', async () => {
  const all = await setUp();
  for (const piece_key of ['s2_s1', '', '../s1_s1', 'e2_s1_p0']) {
    await rejectsWith(all.downloader.downloadPiece(piece(all, { piece_key })), 30007);
  }
  const bare = { ...piece(all), object_info: undefined } as unknown as DownloadPieceTask;
  await rejectsWith(all.downloader.downloadPiece(bare), 30001);
});

test('a piece that is checked is charged for the whole read, and given back when it cannot be read', async () => {
  const all = await setUp();
  const checked = { enable_check: true, total_size: 2500n };
  await all.downloader.downloadPiece(piece(all, checked));
  assert.equal(await all.quotaLeft(), 2500n);
  await rejectsWith(all.downloader.downloadPiece(piece(all, { ...checked, piece_key: 's1_s9' })), 85102);
  assert.equal(await all.quotaLeft(), 2500n);
  await rejectsWith(all.downloader.downloadPiece(piece(all, { ...checked, total_size: 2501n })), 30004);
  await all.downloader.downloadPiece(piece(all, checked, operatorOf(1)));
  assert.equal(await all.quotaLeft(), 2500n);
});

test('a challenge is answered with what proves the piece', async () => {
  const all = await setUp();
  const checksums = await noteIntegrity(all, -1, segmentsOf(all.payload));
  const answer = await all.downloader.getChallengeInfo(challenge(all));
  assert.deepEqual(answer.checksums.map(Buffer.from), checksums.map(Buffer.from));
  assert.equal(verifyChallenge(integrityHash(checksums), answer.checksums, 1, answer.data), undefined);
  assert.equal(await all.quotaLeft(), QUOTA);
});

test('a challenge of a secondary: its own piece; of a replicated object the segment', async () => {
  const all = await setUp();
  const pieces = [payloadOf(256), payloadOf(255), payloadOf(113)];
  for (const [i, one] of pieces.entries()) await all.disk.pieceStore.put(`e1_s${i}_p4`, one);
  await noteIntegrity(all, 4, pieces);
  const asked = { redundancy_idx: 4, segment_idx: 2 };
  assert.deepEqual(Buffer.from((await all.downloader.getChallengeInfo(challenge(all, asked))).data), pieces[2]);
  const { REDUNDANCY_REPLICA_TYPE } = storage.RedundancyType;
  const object_info = { ...all.object_info, redundancy_type: REDUNDANCY_REPLICA_TYPE };
  await noteIntegrity(all, 4, segmentsOf(all.payload));
  const whole = await all.downloader.getChallengeInfo(challenge(all, { ...asked, object_info }));
  assert.deepEqual(Buffer.from(whole.data), all.payload.subarray(2048));
});

test('challenges that cannot be answered: not sealed, no record, no such piece, a lost piece', async () => {
  const open = await setUp({}, { object_status: storage.ObjectStatus.OBJECT_STATUS_CREATED });
  await rejectsWith(open.downloader.getChallengeInfo(challenge(open)), 30002);
  const all = await setUp();
  await rejectsWith(all.downloader.getChallengeInfo(challenge(all)), 85201);
  await noteIntegrity(all, -1, segmentsOf(all.payload));
  await rejectsWith(all.downloader.getChallengeInfo(challenge(all, { segment_idx: 3 })), 30006);
  await all.disk.pieceStore.delete('s1_s1');
  await rejectsWith(all.downloader.getChallengeInfo(challenge(all)), 85102);
});

test('each kind has its own limit: more at a time are 30003', async () => {
  const all = await setUp({ maxDownloads: 1, maxChallenges: 1 });
  await noteIntegrity(all, -1, segmentsOf(all.payload));
  const release = hold(all.disk.pieceStore);
  const running = [all.downloader.downloadPiece(piece(all)), all.downloader.getChallengeInfo(challenge(all))];
  await rejectsWith(all.downloader.downloadPiece(piece(all)), 30003);
  await rejectsWith(all.downloader.getChallengeInfo(challenge(all)), 30003);
  release();
  await Promise.all(running);
  await all.downloader.downloadPiece(piece(all));
  await all.downloader.getChallengeInfo(challenge(all));
});

test('a bucket that migrates is charged once over, and gets back what was not moved', async () => {
  const all = await setUp();
  const { downloader, disk, bucket_info } = all;
  await downloader.deductQuotaForBucketMigrate(bucket_info.id, 3000n, '1999-01');
  assert.equal(await all.quotaLeft(), 2000n);
  await rejectsWith(downloader.deductQuotaForBucketMigrate(bucket_info.id, 2001n, thisMonth()), 30004);
  await rejectsWith(downloader.deductQuotaForBucketMigrate(99n, 1n, thisMonth()), 85201);
  await downloader.reimburseQuota(bucket_info.id, 1000n, thisMonth());
  assert.equal(await all.quotaLeft(), 3000n);
  const [made] = await disk.spdb.listReadRecords(bucket_info.id, 0n, 2n ** 62n, 10);
  assert.deepEqual([made?.read_size, made?.object_id, made?.user_address], [3000n, 0n, '']);
});
