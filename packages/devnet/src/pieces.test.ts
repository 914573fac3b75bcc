import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openPieceStore } from '@prairie/store';
import { skipWithoutS3, startS3 } from '../../../test/support/s3-server.ts';
import { forgetPieces, PiecesError, parseBucketPattern, piecesOf } from './pieces.ts';

describe('pieces in buckets', () => {
  it('have a place for the provider in their URL', () => {
    const pattern = 'http://127.0.0.1:9000/pieces-sp%d';
    assert.equal(parseBucketPattern(pattern), pattern);
    assert.equal(piecesOf(pattern, 3).bucketUrl, 'http://127.0.0.1:9000/pieces-sp3');
    const refused = ['http://127.0.0.1:9000/pieces', 'http://%d.example.com/%d'];
    for (const url of refused) assert.throws(() => parseBucketPattern(url), /expected one %d in the URL/);
    assert.throws(
      () => parseBucketPattern('http://user:secret@host/%d'),
      (error: Error) => {
        return error instanceof PiecesError && !error.message.includes('secret');
      },
    );
    assert.throws(() => parseBucketPattern('http://host:9000?%d'), /no bucket is named/);
  });

  it('are forgotten, and nothing else of the bucket is', { skip: skipWithoutS3() }, async (t) => {
    const server = await startS3();
    t.after(() => server.remove());
    Object.assign(process.env, server.env);
    const pattern = `${server.endpoint}/pieces-sp%d`;
    const stores = await Promise.all([1, 2].map((id) => openPieceStore(piecesOf(pattern, id))));
    for (const store of stores) {
      for (const key of ['s1_s0', 'e2_s0_p3', 'notes']) await store.put(key, Buffer.from(key));
    }
    await forgetPieces(pattern, 2);
    for (const store of stores) {
      const sizes = await Promise.all(['s1_s0', 'e2_s0_p3', 'notes'].map((key) => store.size(key)));
      assert.deepEqual(sizes, [undefined, undefined, 5]);
      await store.close();
    }
  });
});
