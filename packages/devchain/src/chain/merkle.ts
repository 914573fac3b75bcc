/** RFC 6962 Merkle trees, as the node uses them for transactions, headers, commits and validators. */
import { sha256 } from '@prairie/chain';

const leafHash = (leaf: Uint8Array): Buffer => sha256(Buffer.concat([Buffer.of(0), leaf]));
const innerHash = (left: Uint8Array, right: Uint8Array): Buffer => sha256(Buffer.concat([Buffer.of(1), left, right]));

/** Hash of the empty tree: the SHA-256 of nothing. */
export const EMPTY_ROOT: Buffer = sha256(Buffer.alloc(0));

export function merkleRoot(leaves: readonly Uint8Array[]): Buffer {
  if (leaves.length === 0) return EMPTY_ROOT;
  return rootOf(leaves.map(leafHash));
}

export interface MerkleProof {
  root: Buffer;
  leaf: Buffer;
  /** From the leaf's sibling up to the root's child. */
  aunts: Buffer[];
}

/** @throws RangeError when there is no leaf of that index */
export function merkleProof(leaves: readonly Uint8Array[], index: number): MerkleProof {
  const hashes = leaves.map(leafHash);
  const leaf = hashes[index];
  if (!leaf) throw new RangeError(`leaf ${index} of ${leaves.length}`);
  return { root: rootOf(hashes), leaf, aunts: auntsOf(hashes, index) };
}

function rootOf(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 1) return hashes[0]!;
  const split = splitOf(hashes.length);
  return innerHash(rootOf(hashes.slice(0, split)), rootOf(hashes.slice(split)));
}

function auntsOf(hashes: readonly Buffer[], index: number): Buffer[] {
  if (hashes.length === 1) return [];
  const split = splitOf(hashes.length);
  const left = hashes.slice(0, split);
  const right = hashes.slice(split);
  return index < split ? [...auntsOf(left, index), rootOf(right)] : [...auntsOf(right, index - split), rootOf(left)];
}

/** The largest power of two below `length`. */
function splitOf(length: number): number {
  let split = 1;
  while (split * 2 < length) split *= 2;
  return split;
}
