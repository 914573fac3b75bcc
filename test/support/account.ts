/** An account of a devnet that makes buckets and objects with this project's own chain client. */
import {
  ChainClient,
  type ObjectOnChain,
  greenfieldPermission as permission,
  greenfieldStorage as storage,
  type TxMessage,
  TxSender,
  txMessage,
} from '@prairie/chain';
import type { DevnetSummary } from '@prairie/devnet/options';
import { objectChecksums } from '@prairie/redundancy';

export const CODE = { segmentSize: 16 * 1024 * 1024, data: 4, parity: 2 };

/** A transaction is limited in bytes. */
const PER_TRANSACTION = 50;

export class TestAccount {
  readonly chain: ChainClient;
  readonly privateKey: Buffer;
  readonly #sender: TxSender;

  constructor(devnet: DevnetSummary, index = 0) {
    this.privateKey = Buffer.from(devnet.accounts[index]!.privateKey.slice(2), 'hex');
    this.chain = new ChainClient({ rpcUrl: devnet.rpc, chainId: devnet.chainId });
    this.#sender = new TxSender({ privateKey: this.privateKey }, { client: this.chain });
  }

  get address(): string {
    return this.#sender.address;
  }

  /** In one transaction; resolves with the height of its block. */
  async send(...messages: TxMessage[]): Promise<bigint> {
    return (await this.#sender.sendAndWait(messages)).height;
  }

  /** Lets an account read an object; resolves with the height from which it may. */
  allowRead(reader: string, bucket: string, object: string): Promise<bigint> {
    return this.send(
      txMessage(storage.MsgPutPolicy, {
        ...{ operator: this.address, resource: `grn:o::${bucket}/${object}` },
        principal: { type: permission.PrincipalType.PRINCIPAL_TYPE_GNFD_ACCOUNT, value: reader },
        statements: [{ effect: permission.Effect.EFFECT_ALLOW, actions: [permission.ActionType.ACTION_GET_OBJECT] }],
      }),
    );
  }

  /** Takes that back; resolves with the height from which it may not. */
  disallowRead(reader: string, bucket: string, object: string): Promise<bigint> {
    return this.send(
      txMessage(storage.MsgDeletePolicy, {
        ...{ operator: this.address, resource: `grn:o::${bucket}/${object}` },
        principal: { type: permission.PrincipalType.PRINCIPAL_TYPE_GNFD_ACCOUNT, value: reader },
      }),
    );
  }

  /** A bucket at the first provider. */
  async createBucket(
    bucket_name: string,
    visibility: storage.VisibilityType = storage.VisibilityType.VISIBILITY_TYPE_PRIVATE,
  ): Promise<void> {
    const sp = (await this.chain.spById(1))!;
    const [family] = await this.chain.familiesOfSp(1);
    await this.#sender.sendAndWait([
      txMessage(storage.MsgCreateBucket, {
        creator: this.address,
        bucket_name,
        visibility,
        payment_address: this.address,
        primary_sp_address: sp.operator_address,
        primary_sp_approval: { global_virtual_group_family_id: family!.id },
      }),
    ]);
  }

  /** Objects on the chain, fifty to a transaction, whose contents are still to be uploaded. */
  async createObjects(
    bucket_name: string,
    contents: ReadonlyMap<string, Uint8Array>,
    content_type = 'application/octet-stream',
  ): Promise<void> {
    const messages = [];
    for (const [object_name, content] of contents) {
      messages.push(
        txMessage(storage.MsgCreateObject, {
          creator: this.address,
          bucket_name,
          object_name,
          payload_size: BigInt(content.length),
          visibility: storage.VisibilityType.VISIBILITY_TYPE_INHERIT,
          content_type,
          primary_sp_approval: {},
          expect_checksums: await objectChecksums(content, CODE),
        }),
      );
    }
    for (let at = 0; at < messages.length; at += PER_TRANSACTION) {
      await this.#sender.sendAndWait(messages.slice(at, at + PER_TRANSACTION));
    }
  }

  /** Begins an update of a sealed object, whose content is still to be uploaded. */
  async beginUpdate(bucket_name: string, object_name: string, content: Uint8Array): Promise<void> {
    await this.#sender.sendAndWait([
      txMessage(storage.MsgUpdateObjectContent, {
        ...{ operator: this.address, bucket_name, object_name },
        payload_size: BigInt(content.length),
        content_type: 'application/octet-stream',
        expect_checksums: await objectChecksums(content, CODE),
      }),
    ]);
  }

  async cancelUpdate(bucket_name: string, object_name: string): Promise<void> {
    const operator = this.address;
    await this.#sender.sendAndWait([
      txMessage(storage.MsgCancelUpdateObjectContent, { operator, bucket_name, object_name }),
    ]);
  }

  /** `approval` is the answer of the provider that the bucket is to move to. */
  async migrateBucket(approval: storage.MsgMigrateBucket): Promise<void> {
    await this.#sender.sendAndWait([txMessage(storage.MsgMigrateBucket, approval)]);
  }

  async cancelMigration(bucket_name: string): Promise<void> {
    await this.#sender.sendAndWait([
      txMessage(storage.MsgCancelMigrateBucket, { operator: this.address, bucket_name }),
    ]);
  }

  /** Resolves when the object is sealed, in this version or a later one. @throws after `seconds` */
  async sealed(bucket: string, object: string, seconds = 60, version = 0n): Promise<void> {
    const signal = AbortSignal.timeout(seconds * 1000);
    for (
      let height = await this.chain.currentHeight();
      ;
      height = await this.chain.waitForHeight(height + 1n, signal)
    ) {
      const found = await this.chain.object(bucket, object);
      if (found && isSealed(found) && found.object_info.version >= version) return;
    }
  }

  async isSealed(bucket: string, object: string): Promise<boolean> {
    const found = await this.chain.object(bucket, object);
    return found !== undefined && isSealed(found);
  }

  close(): void {
    this.chain.close();
  }
}

const isSealed = ({ object_info }: ObjectOnChain) =>
  object_info.object_status === storage.ObjectStatus.OBJECT_STATUS_SEALED;
