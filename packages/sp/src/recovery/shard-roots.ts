import type { ErasureCoder, Hasher } from '@prairie/redundancy';
import { integrityHash } from '@prairie/redundancy';
import type { StoredObject } from '../common/pieces.ts';
import { rootOf } from './wanted.ts';

/**
 * Segments judged by the pieces that are made of them. The reference leaves the checksum of the content before on chain
 * when a delegated object is updated (`reference/pieces-and-redundancy.md` §9.6): those of the secondaries are right.
 */
export class ShardRoots {
  readonly #object: StoredObject;
  readonly #tools: { coder: ErasureCoder; hasher: Hasher };
  /** By redundancy index, then by segment. */
  readonly #lists: Buffer[][] = [];

  constructor(object: StoredObject, tools: { coder: ErasureCoder; hasher: Hasher }) {
    this.#object = object;
    this.#tools = tools;
  }

  async add(at: number, segment: Uint8Array): Promise<void> {
    const { coder, hasher } = this.#tools;
    const { redundant_data_chunk_num: data, redundant_parity_chunk_num: parity } =
      this.#object.storage_params.versioned_params;
    const shards = await coder.encode(segment, data, parity);
    const checksums = await Promise.all(shards.map((shard) => hasher.sha256(shard)));
    for (const [index, checksum] of checksums.entries()) {
      this.#lists[index] ??= [];
      this.#lists[index][at] = checksum;
    }
  }

  /** Whether the chain has the checksums of all of them. */
  agree(): boolean {
    const { object_info } = this.#object;
    return (
      this.#lists.length > 0 &&
      this.#lists.every((list, index) => rootOf(object_info, index)?.equals(integrityHash(list)) === true)
    );
  }
}
