/** Family, expiry height and signature of an approval (`reference/internal-grpc.md` §5, `sp-to-sp.md` §5). */
import { greenfieldCommon as common, type greenfieldStorage as storage } from '@prairie/chain';
import { type Consensus, GfSpError, type Modules, type Signatures, sharedGatewayErrors } from '@prairie/gfsp';
import type { Given } from './answers.ts';
import { approverErrors } from './errors.ts';

export interface SigningOptions {
  /** Blocks that an approval of a bucket, or of its migration, lives. */
  bucketTimeoutHeight: bigint;
  objectTimeoutHeight: bigint;
}

/** Messages with the approval that they lack. All throw approver 11001 and gateway 55001. */
export class Signing {
  readonly #options: SigningOptions;
  readonly #client: Modules;
  readonly #consensus: Consensus;

  constructor(options: SigningOptions, { client, consensus }: { client: Modules; consensus: Consensus }) {
    this.#options = options;
    this.#client = client;
    this.#consensus = consensus;
  }

  /** @throws 540001 without a family */
  async bucket(msg: storage.MsgCreateBucket): Promise<Given<storage.MsgCreateBucket>> {
    const [family, height] = await Promise.all([this.#client.manager.pickVirtualGroupFamily(), this.height()]);
    const primary_sp_approval = unsigned(height + this.#options.bucketTimeoutHeight, family);
    const sig = await this.#sign('create_bucket_info', { ...msg, primary_sp_approval });
    return given({ ...msg, primary_sp_approval: { ...primary_sp_approval, sig } }, primary_sp_approval);
  }

  /** The family stays as it came: an object is where its bucket is. */
  async object(msg: storage.MsgCreateObject): Promise<Given<storage.MsgCreateObject>> {
    const family = msg.primary_sp_approval?.global_virtual_group_family_id ?? 0;
    const primary_sp_approval = unsigned((await this.height()) + this.#options.objectTimeoutHeight, family);
    const sig = await this.#sign('create_object_info', { ...msg, primary_sp_approval });
    return given({ ...msg, primary_sp_approval: { ...primary_sp_approval, sig } }, primary_sp_approval);
  }

  /** As it came: this provider sends it itself, and needs no approval of its own. */
  async delegated(msg: storage.MsgDelegateCreateObject): Promise<Given<storage.MsgDelegateCreateObject>> {
    return { message: msg, expiresAt: (await this.height()) + this.#options.objectTimeoutHeight };
  }

  /** The family stays as it came: it is chosen when the bucket arrives. */
  async migration(msg: storage.MsgMigrateBucket): Promise<Given<storage.MsgMigrateBucket>> {
    const family = msg.dst_primary_sp_approval?.global_virtual_group_family_id ?? 0;
    const dst_primary_sp_approval = unsigned((await this.height()) + this.#options.bucketTimeoutHeight, family);
    const sig = await this.#sign('migrate_bucket_info', { ...msg, dst_primary_sp_approval });
    return given({ ...msg, dst_primary_sp_approval: { ...dst_primary_sp_approval, sig } }, dst_primary_sp_approval);
  }

  /** The chain's. @throws gateway 55001 */
  async height(): Promise<bigint> {
    try {
      return await this.#consensus.currentHeight();
    } catch (error) {
      throw sharedGatewayErrors.chain(`the chain did not say its height: ${GfSpError.from(error).message}`, error);
    }
  }

  async #sign<K extends keyof Signatures>(what: K, value: Signatures[K]): Promise<Uint8Array> {
    try {
      return await this.#client.signer.sign(what, value);
    } catch (error) {
      throw approverErrors.signer(`the approval could not be signed: ${GfSpError.from(error).message}`, error);
    }
  }
}

function unsigned(expired_height: bigint, global_virtual_group_family_id: number): common.Approval {
  return common.Approval.create({ expired_height, global_virtual_group_family_id });
}

function given<T>(message: T, { expired_height }: common.Approval): Given<T> {
  return { message, expiresAt: expired_height };
}
