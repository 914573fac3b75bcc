import { type ChainClient, type KeyHolder, type TxFee, TxSender } from '@prairie/chain';
import type { AppPart, Broadcasts, Logger, Signatures, Signer } from '@prairie/gfsp';
import { signerErrors, textOf } from './errors.ts';
import type { KeyCommandOptions } from './key-command.ts';
import { type KeyLock, lockKey } from './key-lock.ts';
import { checkSources, type KeyRing, openKeys, type SignerKeySources } from './keys.ts';
import {
  ACCOUNT_KEYS,
  type AccountKeyName,
  type BroadcastOperation,
  broadcastOperations,
  signOperations,
} from './operations.ts';

export interface SignerOptions {
  keys: SignerKeySources;
  /** What messages offer, by their names. Default: the reference's for seals and their rejection, simulated for others. */
  fees?: Partial<Record<keyof Broadcasts, TxFee>>;
  /** Folder of the locks that give each key one owner on this machine. Without one: one in this process. */
  lockDir?: string | undefined;
  /** How long the start waits for another owner to end. Default 5 s. */
  lockWaitMs?: number;
  /** Of a program that has the keys. */
  command?: KeyCommandOptions;
  /** How long a transaction may be in no block before its message has failed. Default 30 s. */
  confirmMs?: number;
  /** How long before nodes are asked whether they still have it. Default 5 s. */
  nudgeMs?: number;
  /** Broadcasts that wait for a block at most; more are refused. Default 10,240. */
  maxWaiting?: number;
}

export interface SignerDependencies {
  chain: ChainClient;
  logger: Logger;
}

/** Times that a message is signed for a sequence at most (`reference/internal-grpc.md` §6.2). */
const ATTEMPTS = 3;
/** Seals of an upload burst come within this; a block takes far longer. */
const BATCH_WINDOW_MS = 10;
/** Stopping waits so long for transactions under way: less than the app gives to a part. */
const STOP_MS = 8000;

interface Running {
  ring: KeyRing;
  senders: Readonly<Record<AccountKeyName, TxSender>>;
  locks: readonly KeyLock[];
}

/** Holds the keys, signs, and sends the provider's transactions (`reference/internal-grpc.md` §6). */
export class SignerModule implements Signer, AppPart {
  readonly name = 'signer';
  readonly #options: SignerOptions;
  readonly #chain: ChainClient;
  readonly #logger: Logger;
  readonly #underway = new Set<Promise<unknown>>();
  #running: Running | undefined;
  #stopping = false;

  /** @throws Error that names a missing or broken key, never showing it */
  constructor(options: SignerOptions, { chain, logger }: SignerDependencies) {
    checkSources(options.keys);
    this.#options = options;
    this.#chain = chain;
    this.#logger = logger.child({ module: 'signer' });
  }

  /** Address of the operator key: this provider's identity. @throws Error before the start */
  get operatorAddress(): string {
    return this.#keys().ring.operator.address;
  }

  /** Opens the keys and becomes their one owner. @throws Error when one cannot be had */
  async start(): Promise<void> {
    const ring = await openKeys(this.#options.keys, this.#options.command ?? {}, { logger: this.#logger });
    const locks: KeyLock[] = [];
    try {
      for (const address of new Set(ACCOUNT_KEYS.map((name) => ring[name].address))) {
        locks.push(await this.#lock(address));
      }
    } catch (error) {
      await release({ ring, locks });
      throw error;
    }
    this.#running = { ring, locks, senders: this.#sendersOf(ring) };
    const addresses = ACCOUNT_KEYS.map((name) => [name, ring[name].address]);
    this.#logger.info('the signer owns its keys', Object.fromEntries(addresses));
  }

  /** Takes no more, waits for the transactions under way, and gives the keys up. */
  async stop(): Promise<void> {
    this.#stopping = true;
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, STOP_MS);
    });
    await Promise.race([Promise.allSettled(this.#underway), enough]);
    clearTimeout(timer);
    if (this.#running) await release(this.#running);
    this.#running = undefined;
  }

  async sign<K extends keyof Signatures>(what: K, value: Signatures[K]): Promise<Uint8Array> {
    const operation = signOperations[what];
    if (!operation) throw signerErrors.sign(`the signer knows no ${String(what)}`);
    if (!value) throw signerErrors.nilMessage();
    try {
      const { ring } = this.#keys();
      const digest = operation.digest(value, this.#chain.chainId);
      return operation.key === 'bls' ? await ring.bls.sign(digest) : await ring[operation.key].signDigest(digest);
    } catch (error) {
      throw signerErrors.sign(`sign message with private key failed: ${textOf(error)}`, error);
    }
  }

  async broadcast<K extends keyof Broadcasts>(what: K, msg: Broadcasts[K]): Promise<string> {
    const operation: BroadcastOperation<Broadcasts[K]> | undefined = broadcastOperations[what];
    if (!operation) throw signerErrors.sign(`the signer knows no ${String(what)}`);
    if (!msg) throw signerErrors.nilMessage();
    const { maxWaiting = 10_240 } = this.#options;
    if (this.#stopping) throw operation.error('the signer is stopping: try again later');
    if (this.#underway.size >= maxWaiting)
      throw operation.error(`${maxWaiting} messages wait already: try again later`);
    const sent = this.#broadcast(what, operation, msg);
    this.#underway.add(sent);
    return sent.finally(() => this.#underway.delete(sent));
  }

  async #broadcast<K extends keyof Broadcasts>(
    what: K,
    operation: BroadcastOperation<Broadcasts[K]>,
    value: Broadcasts[K],
  ): Promise<string> {
    try {
      const sender = this.#keys().senders[operation.key];
      const message = operation.message(value, sender.address);
      const fee = this.#options.fees?.[what] ?? operation.fee;
      const offered = fee ? { fee } : {};
      if (operation.batched) return (await sender.sendBatched(message, offered)).hash;
      const { lifetimeBlocks } = operation;
      // the same for all that are signed for this message, so that afterwards none can land
      const ends = lifetimeBlocks ? { timeoutHeight: (await this.#chain.currentHeight()) + lifetimeBlocks } : {};
      const options = { renew: ATTEMPTS - 1, ...offered, ...ends };
      return (await sender.sendAndWait([message], options, this.#wait())).hash;
    } catch (error) {
      // what an earlier transaction did, before a restart or after its wait was over, is what was asked for
      if (await operation.done?.(this.#chain, value).catch(() => false)) return '';
      const text = textOf(error);
      this.#logger.warn('a message did not take effect', { what, error: text });
      throw operation.error(`failed to broadcast ${what}, error: ${text}`, error);
    }
  }

  #keys(): Running {
    if (!this.#running) throw new Error('the signer does not run: it has no keys before its start and after its stop');
    return this.#running;
  }

  #lock(address: string): Promise<KeyLock> {
    const { lockDir, lockWaitMs = 5000 } = this.#options;
    const { chainId, rpc } = this.#chain;
    // sequences belong to an account of one chain; in one process there may be several chains of one name
    const name = `${chainId}-${address}${lockDir === undefined ? ` at ${rpc.url}` : ''}`;
    return lockKey({ name, folder: lockDir, waitMs: lockWaitMs });
  }

  /** Keys of the same account share a sender, as they share its sequence. */
  #sendersOf(ring: KeyRing): Record<AccountKeyName, TxSender> {
    const byAddress = new Map<string, TxSender>();
    const senderOf = (key: KeyHolder): TxSender => {
      const sender = byAddress.get(key.address) ?? this.#sender(key);
      byAddress.set(key.address, sender);
      return sender;
    };
    const { operator, seal, approval, gc } = ring;
    return { operator: senderOf(operator), seal: senderOf(seal), approval: senderOf(approval), gc: senderOf(gc) };
  }

  #sender(privateKey: KeyHolder): TxSender {
    const { nudgeMs, maxWaiting = 10_240 } = this.#options;
    return new TxSender(
      {
        ...{ privateKey, attempts: ATTEMPTS },
        ...(nudgeMs === undefined ? {} : { nudgeMs }),
        batch: {
          ...{ windowMs: BATCH_WINDOW_MS, maxWaiting },
          send: { renew: ATTEMPTS - 1 },
          wait: this.#wait(),
        },
      },
      { client: this.#chain },
    );
  }

  #wait(): { timeoutMs: number } {
    return { timeoutMs: this.#options.confirmMs ?? 30_000 };
  }
}

async function release({ ring, locks }: Pick<Running, 'ring' | 'locks'>): Promise<void> {
  for (const lock of locks) lock.release();
  await ring.close();
}
