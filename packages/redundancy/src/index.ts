export { ObjectChecksums, type ObjectChecksumsOptions, objectChecksums } from './checksums.ts';
export {
  type CodeOptions,
  createErasureCoder,
  type ErasureCoder,
  type ErasureCoderOptions,
  NotEnoughShardsError,
  type ReconstructOptions,
  type Shard,
  type WaitOptions,
} from './coder.ts';
export { createHasher, type Hasher, type HasherOptions } from './hasher.ts';
export { CHECKSUM_BYTES, type ChallengeFault, integrityHash, verifyChallenge } from './integrity.ts';
export { ecPieceKey, type PieceKey, parsePieceKey, pieceKey, piecePrefixes, segmentKey } from './piece-keys.ts';
export {
  createPieceMaker,
  type PieceMaker,
  type PieceMakerOptions,
  type PieceOptions,
  type Pieces,
} from './piece-maker.ts';
export { WorkerPool, type WorkerPoolOptions } from './pool.ts';
export { ecPieceSize, type SegmentRange, segmentCount, segmentSizeAt, splitRange } from './segments.ts';
