import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { it, type TestContext } from 'node:test';
import { greenfieldStorage as storage, greenfieldVirtualgroup as virtualgroup } from '@prairie/chain';
import { type Modules, silentLogger } from '@prairie/gfsp';
import { integrityHash, segmentKey, verifyChallenge } from '@prairie/redundancy';
import { MemoryPieceStore, openSpDb } from '@prairie/store';
import { AuthenticatorModule } from '../../authenticator/index.ts';
import { DownloaderModule } from '../../downloader/index.ts';
import { chainOf, gatewayOf, OPERATOR, OPERATOR_KEY, USER, USER_KEY } from '../testing.ts';

const V1 = '/greenfield/admin/v1/challenge';
const V2 = '/greenfield/admin/v2/challenge';
const { OBJECT_STATUS_CREATED, OBJECT_STATUS_SEALED } = storage.ObjectStatus;

interface Facts {
  segments?: number;
  status?: storage.ObjectStatus;
  /** Id of the bucket's primary; this provider is 1. */
  primary?: number;
  secondaries?: number[];
}

/** An object of pieces of 1024 bytes, whose primary this provider is; the user is a challenger. */
async function setUp(t: TestContext, facts: Facts = {}) {
  const { segments = 3, status = OBJECT_STATUS_SEALED, primary = 1, secondaries = [2, 3, 4, 5, 6, 7] } = facts;
  const payload = Buffer.alloc(segments * 1024 - 24, 'prairie ');
  const [spdb, pieceStore] = [await openSpDb({ engine: 'sqlite', path: ':memory:' }), new MemoryPieceStore()];
  const pieces = Array.from({ length: segments }, (_, i) => payload.subarray(i * 1024, (i + 1) * 1024));
  const checksums = pieces.map((piece) => createHash('sha256').update(piece).digest());
  for (const [i, piece] of pieces.entries()) await pieceStore.put(segmentKey(7n, i), piece);
  await spdb.setIntegrity({
    ...{ object_id: 7n, redundancy_index: -1, object_size: BigInt(payload.length) },
    ...{ integrity_checksum: integrityHash(checksums), piece_checksum_list: checksums },
  });
  const object_info = storage.ObjectInfo.create({
    ...{ id: 7n, bucket_name: 'photos', object_name: 'a', payload_size: BigInt(payload.length), object_status: status },
  });
  const group = virtualgroup.GlobalVirtualGroup.create({
    id: 1,
    primary_sp_id: primary,
    secondary_sp_ids: secondaries,
  });
  const found = { object_info, global_virtual_group: group };
  const consensus = chainOf({
    bondedChallengers: async () => [USER.toLowerCase()],
    objectById: async (id) => (id === 7n ? found : undefined),
    object: async () => found,
    family: async (id) => virtualgroup.GlobalVirtualGroupFamily.create({ id, primary_sp_id: primary }),
  });
  const dependencies = { client: {} as Modules, consensus, spdb, pieceStore, logger: silentLogger };
  const authenticator = new AuthenticatorModule({ operatorAddress: OPERATOR }, dependencies);
  const downloader = new DownloaderModule({ operatorAddress: OPERATOR }, dependencies);
  const gateway = await gatewayOf(t, { authenticator, downloader }, consensus);
  const ask = (path: string, [object, redundancy, piece]: readonly [string, string, string], key = USER_KEY) =>
    gateway.send({ path, headers: headersOf(object, redundancy, piece), key });
  return { ask, pieces, checksums, pieceStore };
}

const headersOf = (object: string, redundancy: string, piece: string) => ({
  'X-Gnfd-Object-ID': object,
  'X-Gnfd-Redundancy-Index': redundancy,
  'X-Gnfd-Piece-Index': piece,
});

const hashesOf = (text: unknown) =>
  String(text)
    .split(',')
    .map((digits) => Buffer.from(digits, 'hex'));

it('the piece, with what proves it, in headers and as XML', async (t) => {
  const { ask, pieces, checksums } = await setUp(t);
  const root = integrityHash(checksums);
  const { status, headers, body } = await ask(V1, ['7', '-1', '2']);
  assert.equal(status, 200);
  assert.deepEqual(body, pieces[2]);
  assert.equal(headers['x-gnfd-object-id'], '7');
  assert.equal(headers['content-length'], '1000');
  assert.equal(headers['x-gnfd-integrity-hash'], root.toString('hex'));
  assert.equal(verifyChallenge(root, hashesOf(headers['x-gnfd-piece-hash']), 2, body), undefined);
  const text = (await ask(V2, ['7', '-1', '2'])).body.toString();
  const hashes = checksums.map((checksum) => checksum.toString('hex')).join(',');
  assert.equal(
    text,
    '<GetChallengeInfo version="1.0"><ObjectID>7</ObjectID><RedundancyIndex>-1</RedundancyIndex>' +
      `<PieceIndex>2</PieceIndex><IntegrityHash>${root.toString('hex')}</IntegrityHash>` +
      `<PieceHash>${hashes}</PieceHash><PieceData>${pieces[2]!.toString('hex')}</PieceData></GetChallengeInfo>`,
  );
});

it('an object of thousands of segments: all their hashes fit into the headers', async (t) => {
  const { ask, checksums } = await setUp(t, { segments: 4000 });
  const { status, headers, body } = await ask(V1, ['7', '-1', '3999']);
  assert.equal(status, 200);
  const hashes = hashesOf(headers['x-gnfd-piece-hash']);
  assert.equal(hashes.length, 4000);
  assert.equal(verifyChallenge(integrityHash(checksums), hashes, 3999, body), undefined);
});

it('refusals, in the order of the checks', async (t) => {
  const { ask, pieceStore } = await setUp(t);
  const codes = [
    [['x', 'x', 'x'], 50009],
    [['18446744073709551616', '-1', '0'], 50009],
    [['8', 'x', 'x'], 50025],
    [['7', 'x', '0'], 50009],
    [['7', '2147483648', '0'], 50009],
    [['7', '-1', '-1'], 50009],
    [['7', '-1', ''], 50009],
    [['7', '3', '0'], 85201],
    [['7', '-1', '3'], 30006],
  ] as const;
  for (const path of [V1, V2]) {
    for (const [asked, code] of codes) assert.equal((await ask(path, asked)).code, code, `${path} ${asked}`);
    assert.equal((await ask(path, ['8', 'x', 'x'], OPERATOR_KEY)).code, 50025);
    assert.equal((await ask(path, ['7', 'x', 'x'], OPERATOR_KEY)).code, 20011);
  }
  await pieceStore.delete('s7_s1');
  const lost = await ask(V1, ['7', '-1', '1']);
  assert.deepEqual([lost.status, lost.code], [404, 85102]);
  assert.equal(lost.headers['x-gnfd-piece-hash'], undefined);
});

it('a provider without a part of the object refuses; a secondary answers; what is not sealed is refused', async (t) => {
  const other = await setUp(t, { primary: 2, secondaries: [3, 4] });
  assert.equal((await other.ask(V1, ['7', 'x', 'x'])).code, 20002);
  const secondary = await setUp(t, { primary: 2, secondaries: [1, 4] });
  assert.equal((await secondary.ask(V1, ['7', '-1', '0'])).status, 200);
  const created = await setUp(t, { status: OBJECT_STATUS_CREATED });
  assert.equal((await created.ask(V1, ['7', '-1', '0'])).code, 30002);
});
