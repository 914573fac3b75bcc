/** A provider may have several places in a group: what it has at one of them helps at another. */
import type { PieceStore, SpDb } from '@prairie/gfsp';
import type { ErasureCoder, Hasher } from '@prairie/redundancy';
import { PRIMARY } from '../common/integrity.ts';
import { recoveryErrors } from './errors.ts';
import { knownChecksums } from './rows.ts';
import { lengthOf, type Wanted, wantedPiece } from './wanted.ts';

export interface OwnPieceTools {
  spdb: SpDb;
  pieceStore: PieceStore;
  coder: ErasureCoder;
  hasher: Hasher;
}

/**
 * What this provider would answer as the holder of `place`: its piece, or as the primary the wanted one, made of the
 * segment. @throws 45206 when it is damaged, 45201, what the store throws
 */
export async function ownShard(
  { object, segment, index, data, parity }: Wanted,
  place: number,
  { spdb, pieceStore, coder, hasher }: OwnPieceTools,
): Promise<Uint8Array> {
  const own = wantedPiece(object, segment, place);
  const bytes = await pieceStore.get(own.key);
  const known = await knownChecksums(spdb, object, place);
  const isRight = bytes.length === lengthOf(own) && (!known || known[segment]!.equals(await hasher.sha256(bytes)));
  if (!isRight) throw recoveryErrors.checksum(`recovery checksum not correct: ${own.key} is damaged`);
  return place === PRIMARY ? (await coder.encode(bytes, data, parity))[index]! : bytes;
}
