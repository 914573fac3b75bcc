import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  addressOf,
  blsPublicKey,
  blsVerify,
  ChainClient,
  fromAminoJson,
  fromProtoJson,
  type Init,
  type MessageType,
  sealChecksum,
  sealDocDigest,
  greenfieldStorage as storage,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import { readVectors } from '@prairie/chain/conformance';
import {
  BucketMigrationInfo,
  createLogger,
  GfSpError,
  MigrateGVGTask,
  newTask,
  Ping,
  Pong,
  ReceivePieceTask,
  RecoverPieceTask,
  ReplicatePieceApprovalTask,
  type Signatures,
  silentLogger,
} from '@prairie/gfsp';
import fc from 'fast-check';
import { CHAIN_ID } from '../testing/chain.ts';
import { SignerModule, type SignerOptions } from './index.ts';
import { broadcastOperations, signOperations } from './operations.ts';

const keys = {
  operator: Buffer.alloc(32, 1),
  seal: Buffer.alloc(32, 2),
  approval: Buffer.alloc(32, 3),
  gc: Buffer.alloc(32, 4),
  bls: Buffer.alloc(32, 5),
};

/** No test asks this node anything that it has to answer. */
const chain = new ChainClient({ rpcUrl: 'http://127.0.0.1:1', chainId: CHAIN_ID, attempts: 1 });
after(() => chain.close());

const make = (over: Partial<SignerOptions['keys']> = {}, logger = silentLogger) =>
  new SignerModule({ keys: { ...keys, ...over } }, { chain, logger });

async function rejectsWith(work: Promise<unknown>, code: number, text = /./): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(error instanceof GfSpError);
    assert.equal(error.innerCode, code);
    assert.match(error.message, text);
    return true;
  });
}

/** Runs with a signer that has started, one at a time: each owns the keys. */
async function withSigner<T>(signer: SignerModule, work: (signer: SignerModule) => Promise<T>): Promise<T> {
  await signer.start();
  try {
    return await work(signer);
  } finally {
    await signer.stop();
  }
}

interface Row {
  kind: string;
  signer: string;
  input: { value?: object };
  signature: string;
}

/** Worthless keys of the private network that the vectors are from. */
const RECORDED_KEYS = {
  operator: '767496be473d99dc152a0515b672d06a412ea1870dea7e0f2dfb60cb9288ceb4',
  approval: 'b4be4e85f4b4c9799759f6122ca170ae81c725ca18c8030ce4e8470c259cce6a',
};

const approval =
  <T>(type: MessageType<T>) =>
  (input: object): T =>
    fromProtoJson(type, input);
const task =
  <T>(type: MessageType<T>) =>
  (input: { value?: object }): T =>
    fromAminoJson(type, input.value ?? input);

const OPERATIONS: Record<string, { what: keyof Signatures; read: (input: object) => unknown }> = {
  'MsgCreateBucket.GetApprovalBytes': { what: 'create_bucket_info', read: approval(storage.MsgCreateBucket) },
  'MsgMigrateBucket.GetApprovalBytes': { what: 'migrate_bucket_info', read: approval(storage.MsgMigrateBucket) },
  'MsgSwapOut.GetApprovalBytes': { what: 'sign_swap_out', read: approval(virtualgroup.MsgSwapOut) },
  'GfSpReceivePieceTask.GetSignBytes': { what: 'gfsp_receive_piece_task', read: task(ReceivePieceTask) },
  'GfSpRecoverPieceTask.GetSignBytes': { what: 'gfsp_recover_piece_task', read: task(RecoverPieceTask) },
  'GfSpReplicatePieceApprovalTask.GetSignBytes': {
    what: 'gfsp_replicate_piece_approval_task',
    read: task(ReplicatePieceApprovalTask),
  },
  'GfSpMigrateGVGTask.GetSignBytes': { what: 'gfsp_migrate_gvg_task', read: task(MigrateGVGTask) },
  'GfSpBucketMigrationInfo.GetSignBytes': { what: 'gfsp_bucket_migrate_info', read: task(BucketMigrationInfo) },
  'GfSpPing.GetSignBytes': { what: 'ping_msg', read: task(Ping) },
  'GfSpPong.GetSignBytes': { what: 'pong_msg', read: task(Pong) },
};

test('signatures are the recorded ones, byte by byte', async () => {
  const vectors = new URL('../../../../test/fixtures/vectors', import.meta.url).pathname;
  const { rows } = readVectors<{ rows: Row[] }>(vectors, 'sign-bytes.json');
  assert.equal(rows.length, 12);
  await withSigner(make(RECORDED_KEYS), async (signer) => {
    for (const { kind, input, signature } of rows) {
      const { what, read } = OPERATIONS[kind]!;
      const signed = await signer.sign(what, read(input) as never);
      assert.equal(Buffer.from(signed).toString('hex'), signature, kind);
    }
  });
});

test('seal documents are signed for the chain of the signer, with the BLS key', async () => {
  const checksums = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  await withSigner(make(), async (signer) => {
    const asked = { object_id: 7n, global_virtual_group_id: 3, checksums };
    const signature = await signer.sign('sign_secondary_seal_bls', asked);
    const doc = { chainId: CHAIN_ID, globalVirtualGroupId: 3, objectId: 7n, checksum: sealChecksum(checksums) };
    assert.ok(blsVerify(blsPublicKey(keys.bls), sealDocDigest(doc), signature));
  });
});

test('each message is in the name of its key, but for the one that keeps what it says', () => {
  const own = addressOf(keys.operator);
  const names: Record<string, unknown> = {};
  for (const [what, { key, message }] of Object.entries(broadcastOperations)) {
    const { value } = (message as (value: object, address: string) => { value: Record<string, unknown> })({}, own);
    const fields = Object.keys(value).filter((field) => value[field] === own);
    names[what] = `${key}: ${fields}`;
  }
  const sp = 'operator: storage_provider';
  assert.deepEqual(names, {
    seal_object_info: 'seal: operator',
    seal_object_info_v2: 'seal: operator',
    reject_object_info: 'seal: operator',
    discontinue_bucket_info: 'gc: operator',
    create_global_virtual_group: sp,
    complete_migrate_bucket: 'operator: operator',
    reject_migrate_bucket: 'operator: operator',
    swap_out: sp,
    complete_swap_out: sp,
    sp_exit: sp,
    complete_sp_exit: 'operator: ',
    sp_storage_price: 'operator: sp_address',
    deposit: sp,
    delete_global_virtual_group: sp,
    reserve_swap_in: sp,
    complete_swap_in: sp,
    cancel_swap_in: sp,
    delegate_create_object: 'operator: operator',
    delegate_update_object_content: 'operator: operator',
  });
  const codes = Object.values(broadcastOperations).map(({ error }) => error.code);
  assert.equal(new Set(codes).size, codes.length - 1, 'both seals have one code, the others their own');
});

test('a missing or broken key is named, never shown', () => {
  assert.throws(() => make({ seal: undefined as never }), /the signer's seal key is missing or not 32 bytes long/);
  assert.throws(() => make({ gc: 'abc' }), /the signer's gc key is no key: expected 64 hex digits, got 3 characters/);
  assert.throws(
    () => make({ operator: Buffer.alloc(32, 0xff) }),
    (error) => {
      assert.match((error as Error).message, /operator key is not a valid private key/);
      assert.ok(!(error as Error).message.includes('ff'.repeat(4)));
      return true;
    },
  );
});

test('no message, no key and no such operation are told apart', async () => {
  const signer = make();
  await rejectsWith(signer.broadcast('seal_object_info', undefined as never), 120005);
  await rejectsWith(signer.sign('ping_msg', undefined as never), 120005);
  await rejectsWith(signer.sign('ping_msg', Ping.create()), 120001, /the signer does not run/);
  await rejectsWith(signer.broadcast('sp_exit', virtualgroup.MsgStorageProviderExit.create()), 120010);
  await rejectsWith(signer.sign('gfsp_migrate_piece_task' as 'ping_msg', Ping.create()), 120001, /knows no/);
  await withSigner(signer, async () => {});
  await rejectsWith(signer.broadcast('seal_object_info', storage.MsgSealObject.create()), 120002, /stopping/);
});

test('a second signer of the same keys has to wait for the first', async () => {
  const options = { keys, lockWaitMs: 2000 };
  const first = make();
  await first.start();
  const impatient = new SignerModule({ keys, lockWaitMs: 0 }, { chain, logger: silentLogger });
  await assert.rejects(impatient.start(), new RegExp(`another signer owns the key .*${addressOf(keys.operator)}`));
  const second = new SignerModule(options, { chain, logger: silentLogger });
  const starting = second.start();
  await first.stop();
  await starting;
  await second.stop();
});

test('with a folder the keys are locked for all processes of the machine, while it runs', async (t) => {
  const lockDir = mkdtempSync(join(tmpdir(), 'signer-locks-'));
  t.after(() => rmSync(lockDir, { recursive: true }));
  const options = { keys: { ...keys, gc: keys.seal }, lockDir, lockWaitMs: 0 };
  const started = () => new SignerModule(options, { chain, logger: silentLogger });
  await withSigner(started(), async () => {
    const [operator, seal, approval] = [keys.operator, keys.seal, keys.approval].map(addressOf);
    const files = [operator, seal, approval].map((address) => `${CHAIN_ID}-${address}.lock`);
    assert.deepEqual(readdirSync(lockDir).toSorted(), files.toSorted(), 'two keys of one account are one');
    await assert.rejects(started().start(), (error: Error) => error.message.includes(`(lock folder ${lockDir})`));
  });
  await withSigner(started(), async () => {});
});

test('keys are in no log line and no error text, whatever fails', async () => {
  const lines: string[] = [];
  const logger = createLogger({ level: 'debug', write: (line) => lines.push(line) });
  const hex = (key: Uint8Array) => Buffer.from(key).toString('hex');
  await withSigner(make({ operator: `0x${hex(keys.operator)}` }, logger), async (signer) => {
    const anyBytes = fc.uint8Array({ maxLength: 40 });
    const anyTask = fc.record({ sp_operator_address: fc.string(), signature: anyBytes });
    await fc.assert(
      fc.asyncProperty(anyTask, async (ping) => {
        lines.push(hex(await signer.sign('ping_msg', ping)));
      }),
      { numRuns: 20 },
    );
    for (const what of Object.keys(signOperations) as (keyof Signatures)[]) {
      await signer.sign(what, 7 as never).catch((error) => lines.push(String(error.stack), JSON.stringify(error)));
    }
    const broken: Init<ReceivePieceTask> = { task: newTask(), object_info: 7 as never };
    await signer.sign('gfsp_receive_piece_task', broken as never).catch((error) => lines.push(String(error.stack)));
    await signer.broadcast('sp_exit', virtualgroup.MsgStorageProviderExit.create()).catch((error) => {
      lines.push(String(error.stack), JSON.stringify(error));
    });
  });
  assert.ok(lines.some((line) => line.includes('the signer owns its keys')));
  assert.ok(lines.some((line) => line.includes('a message did not take effect')));
  for (const key of Object.values(keys)) {
    const forms = [hex(key), key.toString('base64'), JSON.stringify([...key]).slice(1, -1)];
    for (const form of forms) assert.ok(!lines.some((line) => line.toLowerCase().includes(form.toLowerCase())));
  }
});
