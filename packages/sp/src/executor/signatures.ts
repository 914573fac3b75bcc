import { blsAggregate, blsFastAggregateVerify, blsVerify, sealDocDigest } from '@prairie/chain';
import { type Consensus, GfSpError, type ReplicatePieceTask } from '@prairie/gfsp';
import { integrityHash } from '@prairie/redundancy';
import { Remembered } from '../common/remembered.ts';
import { executorErrors } from './errors.ts';
import { SecondaryError } from './replicate.ts';

/** Checks what secondaries sign against their keys on chain (`reference/pieces-and-redundancy.md` §9.3, §12.4). */
export class SealSignatures {
  readonly #consensus: Consensus;
  readonly #keys: Remembered<Uint8Array>;

  constructor(consensus: Consensus) {
    this.#consensus = consensus;
    this.#keys = new Remembered({ entries: 1024, maxAgeMs: 30_000 }, async (id) => {
      const sp = await consensus.spById(Number(id));
      if (!sp) throw executorErrors.blsSignature(`provider ${id} of the group is not on chain`);
      return sp.bls_key;
    });
  }

  /** The sum of the signatures. @throws SecondaryError (45216) that names the first whose signature is wrong; 45217 when there is no such group */
  async verify({
    object_info,
    global_virtual_group_id: gvgId,
    secondary_signatures: signatures,
  }: ReplicatePieceTask): Promise<Buffer> {
    const keys = await this.#keysOf(gvgId, signatures.length);
    const digest = sealDocDigest({
      chainId: this.#consensus.chainId,
      globalVirtualGroupId: gvgId,
      objectId: object_info.id,
      checksum: integrityHash(object_info.checksums),
    });
    // One check for all; only when it fails is the culprit looked for.
    const sum = validSum(keys, digest, signatures);
    if (sum) return sum;
    const culprit = signatures.findIndex((signature, index) => !isValid(keys[index], digest, signature));
    throw new SecondaryError(Math.max(culprit, 0), executorErrors.blsSignature());
  }

  async #keysOf(gvgId: number, count: number): Promise<Uint8Array[]> {
    const gvg = await this.#consensus.gvg(gvgId);
    if (gvg?.secondary_sp_ids.length !== count) {
      throw executorErrors.invalidReplicateTask(
        `invalid replicate piece task: group ${gvgId} has ${gvg?.secondary_sp_ids.length ?? 'no'} secondaries on ` +
          `chain, ${count} signed`,
      );
    }
    return Promise.all(gvg.secondary_sp_ids.map((id) => this.#keys.get(String(id))));
  }
}

/** The sum of the signatures. @throws 45217 when one is not a signature at all */
export function aggregate(signatures: readonly Uint8Array[]): Buffer {
  try {
    return blsAggregate([...signatures]);
  } catch (error) {
    throw executorErrors.invalidReplicateTask(
      `the secondaries' signatures cannot be added: ${GfSpError.from(error).message}`,
      error,
    );
  }
}

function validSum(
  keys: readonly Uint8Array[],
  digest: Uint8Array,
  signatures: readonly Uint8Array[],
): Buffer | undefined {
  try {
    const sum = blsAggregate([...signatures]);
    return blsFastAggregateVerify([...keys], digest, sum) ? sum : undefined;
  } catch {
    return undefined;
  }
}

function isValid(key: Uint8Array | undefined, digest: Uint8Array, signature: Uint8Array): boolean {
  try {
    return key !== undefined && blsVerify(key, digest, signature);
  } catch {
    return false;
  }
}
