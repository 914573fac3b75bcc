import {
  type greenfieldPayment,
  type greenfieldStorage,
  type greenfieldVirtualgroup,
  RpcTransportError,
} from '@prairie/chain';
import type { BucketOnChain, Consensus, ObjectOnChain } from '@prairie/gfsp';
import { Remembered } from '../common/remembered.ts';
import { authenticatorErrors } from './errors.ts';

export interface ChainViewOptions {
  operatorAddress: string;
  /** This provider's id on chain; looked up by its operator when it is not given. */
  spId?: number | undefined;
}

/** A family changes hands only when another provider takes it over, which ends with a transaction of its own. */
const FAMILY_AGE_MS = 5000;
const FAMILIES = 1024;

/**
 * The chain as the rules ask it. Buckets, objects and permissions are asked for anew each time, because a client acts
 * on what its last transaction did; who owns a family is remembered. A chain that does not answer is 25002.
 */
export class ChainView {
  readonly #consensus: Consensus;
  readonly operatorAddress: string;
  readonly #ownId: Remembered<number>;
  readonly #primaries: Remembered<number>;

  constructor(options: ChainViewOptions, { consensus }: { consensus: Consensus }) {
    this.#consensus = consensus;
    this.operatorAddress = options.operatorAddress;
    const { spId } = options;
    this.#ownId = new Remembered({ entries: 1, maxAgeMs: Number.POSITIVE_INFINITY }, async (operator) => {
      return spId ?? this.#lookUpId(operator);
    });
    this.#primaries = new Remembered({ entries: FAMILIES, maxAgeMs: FAMILY_AGE_MS }, (id) => this.#primaryOf(id));
  }

  /** @throws 20007, 25002 */
  async bucket(name: string): Promise<BucketOnChain> {
    const found = await asked(this.#consensus.bucket(name));
    if (!found) throw authenticatorErrors.noSuchBucket();
    return found;
  }

  /** @throws 20008, 25002 */
  async object(bucket: string, name: string): Promise<ObjectOnChain> {
    const found = await asked(this.#consensus.object(bucket, name));
    if (!found) throw authenticatorErrors.noSuchObject();
    return found;
  }

  /** @throws 20009, 25002 */
  async requireNoBucket(name: string): Promise<void> {
    if (await asked(this.#consensus.bucket(name))) throw authenticatorErrors.bucketExists();
  }

  /** @throws 20010, 25002 */
  async requireNoObject(bucket: string, name: string): Promise<void> {
    if (await asked(this.#consensus.object(bucket, name))) throw authenticatorErrors.objectExists();
  }

  /** Whether this provider is the primary of the bucket's family. @throws 25002 */
  async isPrimary(bucket: greenfieldStorage.BucketInfo): Promise<boolean> {
    const [own, primary] = await Promise.all([
      this.#ownId.get(this.operatorAddress),
      this.#primaries.get(String(bucket.global_virtual_group_family_id)),
    ]);
    return own === primary;
  }

  /** Whether this provider is one of the group's secondaries; not of none. @throws 25002 */
  async isSecondary(group: greenfieldVirtualgroup.GlobalVirtualGroup | undefined): Promise<boolean> {
    return group?.secondary_sp_ids.includes(await this.#ownId.get(this.operatorAddress)) ?? false;
  }

  /** @throws 20002, 25002 */
  async requirePrimary(bucket: greenfieldStorage.BucketInfo): Promise<void> {
    if (!(await this.isPrimary(bucket))) throw authenticatorErrors.mismatchedProvider();
  }

  /** @throws 25002 */
  accountExists(account: string): Promise<boolean> {
    return asked(this.#consensus.accountExists(account));
  }

  /** @throws 25002 */
  bondedChallengers(): Promise<string[]> {
    return asked(this.#consensus.bondedChallengers());
  }

  /** @throws 25002 */
  streamRecord(account: string): Promise<greenfieldPayment.StreamRecord | undefined> {
    return asked(this.#consensus.streamRecord(account));
  }

  /** The chain's own word; an empty object name asks about the bucket. @throws 20007, 20008, 25002 */
  isAllowed(account: string, bucket: string, object: string, action: number): Promise<boolean> {
    return asked(this.#consensus.verifyPermission(account, bucket, object, action));
  }

  async #lookUpId(operator: string): Promise<number> {
    const own = await asked(this.#consensus.spByOperator(operator));
    if (!own) throw authenticatorErrors.chain(`the chain knows no provider with operator ${operator}`);
    return own.id;
  }

  async #primaryOf(familyId: string): Promise<number> {
    const family = await asked(this.#consensus.family(Number(familyId)));
    if (!family) throw authenticatorErrors.chain(`the chain knows no virtual group family ${familyId}`);
    return family.primary_sp_id;
  }
}

/** What the chain says of a missing bucket or object is known by its text (`reference/internal-grpc.md` §4.1). */
const MISSING = [
  [/no such bucket/i, authenticatorErrors.noSuchBucket],
  [/no such object/i, authenticatorErrors.noSuchObject],
] as const;

/** @throws 20007, 20008, 25002 */
async function asked<T>(query: Promise<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    const reason = reasonOf(error);
    const missing = MISSING.find(([text]) => text.test(reason));
    if (missing) throw missing[1](undefined, error);
    throw authenticatorErrors.chain(`the chain could not be asked: ${reason}`, error);
  }
}

/** What the chain said. What is said of a node that does not answer names where it is: that is for the log. */
function reasonOf(error: unknown): string {
  if (error instanceof RpcTransportError) return 'no node answered';
  return error instanceof Error ? error.message : String(error);
}
