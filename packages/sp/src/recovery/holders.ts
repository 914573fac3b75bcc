/** Who else has pieces of an object, as the chain knows it. */
import { type greenfieldSp as sp, greenfieldStorage as storage } from '@prairie/chain';
import { type Consensus, GfSpError } from '@prairie/gfsp';
import { PRIMARY } from '../common/integrity.ts';
import { isReplicated, type StoredObject } from '../common/pieces.ts';
import { recoveryErrors } from './errors.ts';

export interface Holders {
  /** As it is on chain. */
  readonly object_info: storage.ObjectInfo;
  readonly gvgId: number;
  /** This provider's id. */
  readonly ownId: number;
  /** undefined when this provider is the primary, or when nobody knows the primary. */
  readonly primary: string | undefined;
  /** By redundancy index; undefined where this provider itself is. */
  readonly secondaries: readonly (string | undefined)[];
  /** Redundancy indexes that this provider itself has. */
  readonly places: readonly number[];
}

/**
 * The object's group with the endpoints of its providers.
 * @throws 45215 unless the object is sealed in this version; 45203 when the group's providers are not all known
 */
export async function holdersOf(
  { object_info: wanted, storage_params }: StoredObject,
  { consensus, operatorAddress }: { consensus: Consensus; operatorAddress: string },
): Promise<Holders> {
  const found = await onChain(consensus.objectById(wanted.id));
  const object_info = requireSealed(found?.object_info, wanted);
  const group = found?.global_virtual_group;
  const { redundant_data_chunk_num: data, redundant_parity_chunk_num: parity } = storage_params.versioned_params;
  const ids = group?.secondary_sp_ids ?? [];
  if (!group || (!isReplicated(object_info) && ids.length !== data + parity)) {
    throw recoveryErrors.notEnough(
      `failed to get enough piece data to recovery: the group of object ${wanted.id} has ${ids.length} secondaries, ` +
        `expected ${data + parity}`,
    );
  }
  const [own, primary, ...secondaries] = await onChain(
    Promise.all([
      consensus.spByOperator(operatorAddress),
      consensus.spById(group.primary_sp_id),
      ...ids.map((id) => consensus.spById(id)),
    ]),
  );
  const unknown = ids.filter((_, at) => !secondaries[at]);
  if (!own || unknown.length > 0) {
    throw recoveryErrors.notEnough(
      `failed to get enough piece data to recovery: the chain does not know provider ${own ? unknown.join(', ') : operatorAddress}`,
    );
  }
  const endpointOf = (one: sp.StorageProvider | undefined) => (one && one.id !== own.id ? one.endpoint : undefined);
  return {
    ...{ object_info, gvgId: group.id, ownId: own.id, primary: endpointOf(primary) },
    secondaries: secondaries.map(endpointOf),
    places: [group.primary_sp_id, ...ids].flatMap((id, at) => (id === own.id ? [at + PRIMARY] : [])),
  };
}

function requireSealed(found: storage.ObjectInfo | undefined, wanted: storage.ObjectInfo): storage.ObjectInfo {
  if (!found) throw recoveryErrors.notSealed(`object ${wanted.id} is not on the chain any more`);
  if (found.object_status !== storage.ObjectStatus.OBJECT_STATUS_SEALED) {
    throw recoveryErrors.notSealed(`the recovered object has not been sealed state: object ${wanted.id}`);
  }
  if (found.version !== wanted.version) {
    throw recoveryErrors.notSealed(
      `object ${wanted.id} has version ${found.version} on the chain, a piece of version ${wanted.version} was asked for`,
    );
  }
  return found;
}

/** @throws 45203 when the chain cannot be asked: nobody knows then where pieces are */
async function onChain<T>(question: Promise<T>): Promise<T> {
  try {
    return await question;
  } catch (error) {
    const reason = GfSpError.from(error).message;
    throw recoveryErrors.notEnough(
      `failed to get enough piece data to recovery: the chain could not be asked: ${reason}`,
      error,
    );
  }
}
