import {
  addressOf,
  approvalDigest,
  blsPublicKey,
  blsSign,
  type ChainClient,
  FIXED_FEES,
  type greenfieldVirtualgroup,
  sealDocDigest,
  signDigest,
  greenfieldStorage as storage,
  type TxFee,
  type TxMessage,
  TxSender,
  taskDigest,
  txMessage,
  greenfieldVirtualgroup as virtualgroup,
} from '@prairie/chain';
import { type AppPart, type ErrorMaker, ReceivePieceTask, type Signer } from '@prairie/gfsp';
import { signerErrors } from './errors.ts';
import { SealBatcher } from './seal-batcher.ts';

/** Private keys, 32 bytes each. They stay in this module. */
export interface SignerKeys {
  operator: Uint8Array;
  seal: Uint8Array;
  approval: Uint8Array;
  gc: Uint8Array;
  bls: Uint8Array;
}

export interface SignerOptions {
  keys: SignerKeys;
  /** What a seal offers. Default gas 1200, 6·10¹² base units (`reference/internal-grpc.md` §6.2). */
  sealFee?: TxFee;
  rejectSealFee?: TxFee;
}

export interface SignerDependencies {
  chain: ChainClient;
}

/** Holds the keys, signs, and sends the provider's transactions (`reference/internal-grpc.md` §6). */
export class SignerModule implements Signer, AppPart {
  readonly name = 'signer';
  readonly #keys: SignerKeys;
  readonly #chain: ChainClient;
  readonly #operator: TxSender;
  readonly #seal: TxSender;
  readonly #rejectSealFee: TxFee;
  readonly #seals: SealBatcher;

  constructor(options: SignerOptions, { chain }: SignerDependencies) {
    requireKeys(options.keys);
    this.#keys = options.keys;
    this.#chain = chain;
    this.#operator = new TxSender({ privateKey: options.keys.operator }, { client: chain });
    this.#seal = new TxSender({ privateKey: options.keys.seal }, { client: chain });
    this.#rejectSealFee = options.rejectSealFee ?? FIXED_FEES.rejectSeal;
    this.#seals = new SealBatcher(
      { feePerSeal: options.sealFee ?? FIXED_FEES.seal },
      { sender: this.#seal, waitForTx: (hash) => chain.waitForTx(hash) },
    );
  }

  /** Address of the operator key: this provider's identity. */
  get operatorAddress(): string {
    return this.#operator.address;
  }

  async start(): Promise<void> {}

  /** Waits for the transactions under way. */
  async stop(): Promise<void> {
    await this.#seals.close();
  }

  async signReceivePieceTask(task: ReceivePieceTask): Promise<Uint8Array> {
    if (!task) throw signerErrors.nilMessage();
    return this.#sign(() => signDigest(this.#keys.operator, taskDigest(ReceivePieceTask, task)));
  }

  async signSecondarySealBls(objectId: bigint, gvgId: number, checksum: Uint8Array): Promise<Uint8Array> {
    const doc = { chainId: this.#chain.chainId, globalVirtualGroupId: gvgId, objectId, checksum };
    return this.#sign(() => blsSign(this.#keys.bls, sealDocDigest(doc)));
  }

  async signCreateBucketApproval(msg: storage.MsgCreateBucket): Promise<Uint8Array> {
    if (!msg) throw signerErrors.nilMessage();
    return this.#sign(() => signDigest(this.#keys.approval, approvalDigest(storage.MsgCreateBucket, msg)));
  }

  async signCreateObjectApproval(msg: storage.MsgCreateObject): Promise<Uint8Array> {
    if (!msg) throw signerErrors.nilMessage();
    return this.#sign(() => signDigest(this.#keys.approval, approvalDigest(storage.MsgCreateObject, msg)));
  }

  async sealObject(msg: storage.MsgSealObject): Promise<string> {
    if (!msg) throw signerErrors.nilMessage();
    return this.#seals.seal(msg);
  }

  async rejectUnsealedObject(msg: storage.MsgRejectSealObject): Promise<string> {
    if (!msg) throw signerErrors.nilMessage();
    const message = txMessage(storage.MsgRejectSealObject, { ...msg, operator: this.#seal.address });
    return this.#send(this.#seal, message, { fee: this.#rejectSealFee, error: signerErrors.rejectSeal });
  }

  async createGlobalVirtualGroup(msg: greenfieldVirtualgroup.MsgCreateGlobalVirtualGroup): Promise<string> {
    if (!msg) throw signerErrors.nilMessage();
    const value = { ...msg, storage_provider: this.#operator.address };
    const message = txMessage(virtualgroup.MsgCreateGlobalVirtualGroup, value);
    return this.#send(this.#operator, message, { error: signerErrors.createGvg });
  }

  #sign(work: () => Buffer): Buffer {
    try {
      return work();
    } catch (error) {
      throw signerErrors.sign(`sign message with private key failed: ${text(error)}`, error);
    }
  }

  /** One message in one transaction, waited for; without a fee it is simulated first. */
  async #send(sender: TxSender, message: TxMessage, options: { fee?: TxFee; error: ErrorMaker }): Promise<string> {
    try {
      const sent = await sender.sendAndWait([message], options.fee ? { fee: options.fee } : {});
      return sent.hash;
    } catch (error) {
      throw options.error(`failed to broadcast ${message.type.name}, error: ${text(error)}`, error);
    }
  }
}

/** @throws Error that names the key, never showing it */
function requireKeys(keys: SignerKeys): void {
  for (const name of ['operator', 'seal', 'approval', 'gc', 'bls'] as const) {
    const key = keys[name];
    if (!(key instanceof Uint8Array) || key.length !== 32) {
      throw new Error(`the signer's ${name} key is missing or not 32 bytes long`);
    }
    try {
      if (name === 'bls') blsPublicKey(key);
      else addressOf(key);
    } catch {
      throw new Error(`the signer's ${name} key is not a valid private key`);
    }
  }
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
