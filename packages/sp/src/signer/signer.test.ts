import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addressOf,
  approvalDigest,
  blsPublicKey,
  blsVerify,
  ChainClient,
  recoverAddress,
  sealDocDigest,
  greenfieldStorage as storage,
  taskDigest,
} from '@prairie/chain';
import { newTask, ReceivePieceTask } from '@prairie/gfsp';
import { CHAIN_ID } from '../testing/chain.ts';
import { rejectsWith } from '../testing/network.ts';
import { SignerModule } from './index.ts';

const keys = {
  operator: Buffer.alloc(32, 1),
  seal: Buffer.alloc(32, 2),
  approval: Buffer.alloc(32, 3),
  gc: Buffer.alloc(32, 4),
  bls: Buffer.alloc(32, 5),
};

/** No test asks this node anything. */
const chain = () => new ChainClient({ rpcUrl: 'http://127.0.0.1:1', chainId: CHAIN_ID });

test('each kind of document is signed with its key', async () => {
  const signer = new SignerModule({ keys }, { chain: chain() });
  assert.equal(signer.operatorAddress, addressOf(keys.operator));

  const task = { ...ReceivePieceTask.create(), task: newTask(), object_info: storage.ObjectInfo.create({ id: 7n }) };
  const signed = await signer.signReceivePieceTask(task);
  assert.equal(recoverAddress(taskDigest(ReceivePieceTask, task), signed), addressOf(keys.operator));

  const checksum = Buffer.alloc(32, 9);
  const bls = await signer.signSecondarySealBls(7n, 3, checksum);
  const doc = { chainId: CHAIN_ID, globalVirtualGroupId: 3, objectId: 7n, checksum };
  assert.ok(blsVerify(blsPublicKey(keys.bls), sealDocDigest(doc), bls));

  const approval = { expired_height: 9n, global_virtual_group_family_id: 1, sig: Buffer.alloc(65) };
  const bucket = storage.MsgCreateBucket.create({ bucket_name: 'b', primary_sp_approval: approval });
  const approved = await signer.signCreateBucketApproval(bucket);
  assert.equal(recoverAddress(approvalDigest(storage.MsgCreateBucket, bucket), approved), addressOf(keys.approval));
  const object = storage.MsgCreateObject.create({ object_name: 'o', primary_sp_approval: approval });
  const objectApproved = await signer.signCreateObjectApproval(object);
  assert.equal(
    recoverAddress(approvalDigest(storage.MsgCreateObject, object), objectApproved),
    addressOf(keys.approval),
  );
});

test('a missing or broken key is named, never shown', () => {
  const make = (over: object) => () => new SignerModule({ keys: { ...keys, ...over } }, { chain: chain() });
  assert.throws(make({ seal: undefined }), /the signer's seal key is missing or not 32 bytes long/);
  assert.throws(make({ operator: Buffer.alloc(32, 0xff) }), (error) => {
    assert.match((error as Error).message, /operator key is not a valid private key/);
    assert.ok(!(error as Error).message.includes('ff'.repeat(4)));
    return true;
  });
});

test('a message that is none is 120005', async () => {
  const signer = new SignerModule({ keys }, { chain: chain() });
  await rejectsWith(signer.sealObject(undefined as never), 120005);
});
