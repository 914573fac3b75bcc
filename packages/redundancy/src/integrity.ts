import { createHash } from 'node:crypto';

export const CHECKSUM_BYTES = 32;

/**
 * SHA-256 over the concatenation of checksums in order (`reference/pieces-and-redundancy.md` §5): of a list of piece
 * checksums the integrity hash, of an object's 1 + n checksums the checksum in the seal document.
 * @throws RangeError when one is not 32 bytes long.
 */
export function integrityHash(checksums: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const [index, checksum] of checksums.entries()) {
    if (checksum.length !== CHECKSUM_BYTES) {
      throw new RangeError(`checksum ${index} has ${checksum.length} bytes, expected ${CHECKSUM_BYTES}`);
    }
    hash.update(checksum);
  }
  return hash.digest();
}

export type ChallengeFault =
  | 'invalid checksum list'
  | 'piece data and piece hash are inconsistent'
  | 'invalid integrity hash';

/**
 * Whether a provider's answer to a challenge proves that it has piece `segment`: its hash is in the list, and the list
 * hashes to the root that is on chain. Undefined when it does, else what is wrong.
 */
export function verifyChallenge(
  root: Uint8Array,
  checksums: readonly Uint8Array[],
  segment: number,
  piece: Uint8Array,
): ChallengeFault | undefined {
  const claimed = checksums[segment];
  if (!claimed || checksums.some((checksum) => checksum.length !== CHECKSUM_BYTES)) return 'invalid checksum list';
  if (!createHash('sha256').update(piece).digest().equals(claimed)) return 'piece data and piece hash are inconsistent';
  return integrityHash(checksums).equals(root) ? undefined : 'invalid integrity hash';
}
