import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { recordedBlocks } from '../testing/recordings.ts';
import { blockIdOf } from './block-builder.ts';
import { commitHash, consensusHash, dataHash, headerHash, upperHex, validatorsHash, voteSignBytes } from './hashes.ts';
import { merkleProof, merkleRoot } from './merkle.ts';

const validatorKey = Buffer.from('iiQB0LOb8xuOYEIvBOcsiMD22xymRKYEO4UTbdEHHuQ=', 'base64');

test('hashes of recorded blocks come out the same', () => {
  for (const { block } of recordedBlocks()) {
    const { header, data, last_commit } = block.block;
    assert.equal(upperHex(headerHash(header)), block.block_id.hash);
    assert.equal(upperHex(dataHash(data.txs.map((tx) => Buffer.from(tx, 'base64')))), header.data_hash);
    assert.equal(upperHex(commitHash(last_commit)), header.last_commit_hash);
  }
});

test('blocks are split into the recorded parts', () => {
  for (const { block } of recordedBlocks()) assert.deepEqual(blockIdOf(block.block), block.block_id);
});

test('validator set and consensus parameters of the recorded chain hash as recorded', () => {
  const { header } = recordedBlocks()[0]!.block.block;
  const validator = {
    publicKey: validatorKey,
    power: 10_000_000n,
    blsKey: Buffer.from('mOYuyT1ZV2C4khtQ1MiCx+FQH4gHwUtVAg1+Zdzat6sEHRsw6Ki3prYtTk1IIbuS', 'base64'),
    relayer: Buffer.from('l5uhn9G+pHFFy8ijGlXDGHyQQ2g=', 'base64'),
  };
  assert.equal(upperHex(validatorsHash(validator)), header.validators_hash);
  const params = { maxBytes: 3145728n, maxGas: -1n, maxTxs: 2400 };
  assert.equal(upperHex(consensusHash(params)), header.consensus_hash);
});

test('recorded commits verify over our sign bytes', () => {
  const prefix = Buffer.from('302a300506032b6570032100', 'hex');
  const key = createPublicKey({ key: Buffer.concat([prefix, validatorKey]), format: 'der', type: 'spki' });
  for (const { block } of recordedBlocks()) {
    const { height, block_id, signatures } = block.block.last_commit;
    for (const { timestamp, signature } of signatures) {
      const bytes = voteSignBytes(block.block.header.chain_id, BigInt(height), block_id, timestamp);
      assert.ok(verify(null, bytes, key, Buffer.from(signature, 'base64')), `commit of height ${height}`);
    }
  }
});

test('a proof leads from every leaf to the root', () => {
  for (let size = 1; size <= 9; size++) {
    const leaves = Array.from({ length: size }, (_, i) => Buffer.of(i));
    for (let index = 0; index < size; index++) {
      assert.deepEqual(merkleProof(leaves, index).root, merkleRoot(leaves));
    }
  }
});
