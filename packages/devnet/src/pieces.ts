/** Providers' pieces in buckets of an object storage in place of files: a bucket for each provider. */
import { bucketAddress, openPieceStore, type PieceStoreSettings } from '@prairie/store';

/** Buckets were asked for that cannot be ones. */
export class PiecesError extends Error {
  override readonly name = 'PiecesError';
}

/**
 * `http://127.0.0.1:9000/pieces-sp%d`: the URL of a bucket of the S3 protocol, with one `%d` for the provider's number.
 * Keys are in `AWS_ACCESS_KEY` and `AWS_SECRET_KEY`.
 */
export type BucketPattern = string;

/** @throws PiecesError that says what was expected */
export function parseBucketPattern(text: string): BucketPattern {
  if (text.split('%d').length !== 2) throw new PiecesError("expected one %d in the URL, for the provider's number");
  try {
    bucketAddress('s3', piecesOf(text, 1).bucketUrl, {});
  } catch (error) {
    throw new PiecesError((error as Error).message);
  }
  return text;
}

/** The piece store of the n-th provider. */
export function piecesOf(pattern: BucketPattern, id: number): PieceStoreSettings {
  return { storage: 's3', bucketUrl: pattern.replace('%d', String(id)), iamType: 'AKSK' };
}

/** Deletes the pieces of providers 1 to `providers`, and nothing else that is in their buckets. */
export async function forgetPieces(pattern: BucketPattern, providers: number): Promise<void> {
  for (let id = 1; id <= providers; id++) {
    const store = await openPieceStore(piecesOf(pattern, id));
    try {
      for (const prefix of ['s', 'e']) await store.deleteByPrefix(prefix);
    } finally {
      await store.close();
    }
  }
}
