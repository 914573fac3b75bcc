import type { ChallengePieceTask, DownloadObjectTask, DownloadPieceTask } from '../../tasks/objects.ts';
import type { ByteStream } from './bytes.ts';

/** What proves that a piece is here. */
export interface ChallengeInfo {
  /** SHA-256 over the checksums, 32 bytes: what the chain has of this provider. */
  integrity_hash: Uint8Array;
  /** Of all pieces of the object here, in the order of segments, 32 bytes each. */
  checksums: Uint8Array[];
  /** The piece that was asked for. */
  data: Uint8Array;
}

export interface Downloader {
  /**
   * Charges quota, writes the read record, then yields the bytes `low` to `high`, both inclusive. The caller reads the
   * stream to its end or calls its `return`: what was charged and not sent is given back then.
   * With `high` one below `low` it only checks whether more could be read: no bytes, no charge, no record.
   * @throws before the first byte, where it can be known: downloader 30001…30009; receiver 85101, 85102; 990302 when busy
   */
  downloadObject(task: DownloadObjectTask): Promise<ByteStream>;
  /**
   * `piece_length` bytes of a stored piece from `piece_offset`, all of them in the piece, which is a segment at most.
   * With `enable_check`, `total_size` bytes of read quota are charged first, and given back when reading fails.
   * @throws downloader 30001, 30003…30005, 30007…30009; receiver 85101, 85102; 990302 when busy
   */
  downloadPiece(task: DownloadPieceTask): Promise<Uint8Array>;
  /**
   * The piece of `segment_idx` that this provider has as `redundancy_idx`, and the checksums of all.
   * @throws downloader 30001, 30002, 30003, 30006; receiver 85101, 85102, 85201; 990302 when busy
   */
  getChallengeInfo(task: ChallengePieceTask): Promise<ChallengeInfo>;
  /** Gives back quota that was taken in `month` (`YYYY-MM`), as a download does. @throws receiver 85201 */
  reimburseQuota(bucketId: bigint, size: bigint, month: string): Promise<void>;
  /**
   * Takes the quota of reading a whole bucket once, before it moves to another provider. The month is this one.
   * @throws downloader 30004; receiver 85201
   */
  deductQuotaForBucketMigrate(bucketId: bigint, size: bigint, month: string): Promise<void>;
}
