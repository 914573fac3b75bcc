/**
 * The sequence of one account as its sender counts it, and the transactions that used it and are not yet known to be in
 * a block. These keep their sequences: while one may still land, nothing else is signed in its place.
 */
import { txsOf } from '../block.ts';
import type { ChainClient } from '../client.ts';
import { RpcError } from '../rpc.ts';
import { txHash } from '../tx.ts';
import { isSequenceMismatch, TxError, TxUnknownError } from './errors.ts';

export interface Nonce {
  accountNumber: bigint;
  sequence: bigint;
}

/** A signed transaction that was handed in. Signed anew, it keeps its sequence: one of its versions at most can land. */
export interface PlacedTx {
  hash: string;
  bytes: Uint8Array;
  sequence: bigint;
  /** Height after which it is void; 0 for never. */
  timeoutHeight: bigint;
  /** A block that was there before it was signed. */
  since: bigint;
  /** Hashes of its versions before this one. */
  former: string[];
  /** Times that a node which had forgotten it was given it again. */
  returned: number;
  /** Signs the same messages with the same sequence, so that the bytes differ. */
  renewed?(version: number): Promise<{ hash: string; bytes: Uint8Array }>;
}

/** What becomes of one: in a block, never to be, or not yet known. */
export type Fate = 'included' | 'void' | 'open';

export interface AccountLedgerOptions {
  address: string;
  /** Transactions at most that are not known to be in a block; further ones wait. */
  maxPending: number;
}

/** Blocks that are looked through for a transaction that the index does not have. */
const MAX_SCAN = 5000n;
/** Attempts to learn what became of a transaction: some ten seconds. */
const ATTEMPTS = 6;
/** A node that forgets the same bytes again and again does not want them, whatever it answers: then others are tried. */
const MAX_RETURNS = 2;
const MAX_VERSIONS = 3;

export class AccountLedger {
  private readonly client: ChainClient;
  private readonly options: AccountLedgerOptions;
  private nonce: Nonce | undefined;
  /** In the order of their sequences. */
  private pending: PlacedTx[] = [];
  /** The last one, when no node said whether it has it. */
  private doubtful: PlacedTx | undefined;
  /** Sequences below are used up by blocks up to `height`. */
  private used = { sequence: 0n, height: 0n };

  constructor(options: AccountLedgerOptions, client: ChainClient) {
    this.options = options;
    this.client = client;
  }

  /** What the next transaction is signed with. @throws TxUnknownError while the fate of the last one is unknown */
  async next(signal?: AbortSignal): Promise<Nonce> {
    if (this.doubtful) await this.resolve(this.doubtful, signal);
    while (this.pending.length >= this.options.maxPending) await this.makeRoom(signal);
    this.nonce ??= await this.read(signal);
    return this.nonce;
  }

  /** A node has it. */
  placed(tx: PlacedTx): void {
    this.doubtful = undefined;
    this.pending.push(tx);
    if (this.nonce) this.nonce = { ...this.nonce, sequence: tx.sequence + 1n };
  }

  /** A block has it, and so all before it. */
  included(tx: PlacedTx, height: bigint): void {
    this.useUp(tx.sequence + 1n, height);
  }

  /**
   * It may have arrived: hands it in again until that is known.
   * @returns false when it is void @throws TxError when refused now, TxUnknownError when nothing could be learnt
   */
  async resolve(tx: PlacedTx, signal?: AbortSignal): Promise<boolean> {
    this.doubtful = tx;
    let reason: unknown;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        const fate = await this.fateOf(tx, signal);
        if (fate === 'open') await this.client.broadcastTx(tx.bytes, { signal });
        if (fate === 'void') this.forgetDoubtful();
        else this.placed(tx);
        return fate !== 'void';
      } catch (error) {
        signal?.throwIfAborted();
        reason = error;
        if (isSequenceMismatch(error)) await this.resync(signal).catch(() => {});
        else if (error instanceof TxError) {
          this.forgetDoubtful();
          throw error;
        }
      }
      await this.client.rpc.pause(attempt + 2, signal);
    }
    throw new TxUnknownError(tx.hash, reason);
  }

  /**
   * After the chain expected another sequence: hands in again, in order, what a node has lost, and skips what others
   * have used. A node that is behind is left to catch up.
   */
  async resync(signal?: AbortSignal): Promise<void> {
    const { sequence: expected, accountNumber } = await this.readAccount(signal);
    const lost = this.pending.filter(({ sequence }) => sequence >= expected);
    if (lost[0]?.sequence === expected) return this.handInAgain(lost, signal);
    if (expected < this.used.sequence) return;
    // behind a gap that is not ours to fill nothing of this can land
    this.pending = this.pending.filter(({ sequence }) => sequence < expected);
    this.nonce = { accountNumber, sequence: expected };
  }

  /** Begins anew: nothing that was known of the account helped. */
  reset(): void {
    this.nonce = undefined;
    this.pending = [];
    this.used = { sequence: 0n, height: 0n };
  }

  async fateOf(tx: PlacedTx, signal?: AbortSignal): Promise<Fate> {
    if (await this.isIndexed(tx, signal)) return 'included';
    await this.readUsed(signal);
    const { sequence, height } = this.used;
    if (sequence > tx.sequence) return (await this.isInBlocks(tx, height, signal)) ? 'included' : 'void';
    return tx.timeoutHeight !== 0n && height >= tx.timeoutHeight ? 'void' : 'open';
  }

  private async isIndexed(tx: PlacedTx, signal?: AbortSignal): Promise<boolean> {
    for (const hash of [tx.hash, ...tx.former]) {
      const indexed = await this.client.rpc.tx(hash, { signal }).catch((error: unknown) => {
        // a node without an index has blocks all the same
        if (!(error instanceof RpcError)) throw error;
      });
      if (indexed) return landedAs(tx, hash);
    }
    return false;
  }

  private forgetDoubtful(): void {
    this.doubtful = undefined;
    this.nonce = undefined;
  }

  /** The account as the node sees it; what it has of ours counts even if it does not know it yet. */
  private async read(signal?: AbortSignal): Promise<Nonce> {
    const nonce = await this.readAccount(signal);
    const last = this.pending.at(-1);
    return last && last.sequence >= nonce.sequence ? { ...nonce, sequence: last.sequence + 1n } : nonce;
  }

  private async readAccount(signal?: AbortSignal): Promise<Nonce> {
    const { address } = this.options;
    const account = await this.client.account(address, { signal });
    if (!account) throw new Error(`account ${address} does not exist: it must receive BNB before it can send`);
    return { accountNumber: account.account_number, sequence: account.sequence };
  }

  /** Reads what blocks hold: one below the head, since a query of the head counts pending transactions too. */
  private async readUsed(signal?: AbortSignal): Promise<void> {
    const height = (await this.client.currentHeight({ signal })) - 1n;
    if (height <= this.used.height) return;
    const account = await this.client.account(this.options.address, { height, signal });
    if (account) this.useUp(account.sequence, height);
  }

  private useUp(sequence: bigint, height: bigint): void {
    if (sequence < this.used.sequence || height < this.used.height) return;
    this.used = { sequence, height };
    this.pending = this.pending.filter((tx) => tx.sequence >= sequence);
  }

  private async makeRoom(signal?: AbortSignal): Promise<void> {
    const before = this.pending.length;
    await this.readUsed(signal);
    if (this.pending.length === before) await this.client.waitForHeight(this.client.knownHeight + 1n, signal);
  }

  private async handInAgain(lost: readonly PlacedTx[], signal?: AbortSignal): Promise<void> {
    for (const tx of lost) {
      try {
        await this.giveBack(tx, signal);
      } catch (error) {
        if (!(error instanceof TxError) || isSequenceMismatch(error)) throw error;
        // refused now, so what is behind it cannot follow: whoever waits for them learns that they are void
        this.pending = this.pending.filter(({ sequence }) => sequence < tx.sequence);
        if (this.nonce) this.nonce = { ...this.nonce, sequence: tx.sequence };
        return;
      }
    }
  }

  /** The same bytes; other ones in their place when the node refuses them or keeps forgetting them. @throws TxError */
  private async giveBack(tx: PlacedTx, signal?: AbortSignal): Promise<void> {
    const version = tx.former.length + 1;
    const renewed = version < MAX_VERSIONS ? tx.renewed : undefined;
    try {
      if (tx.returned++ < MAX_RETURNS || !renewed) {
        await this.client.broadcastTx(tx.bytes, { signal });
        return;
      }
    } catch (error) {
      if (!(error instanceof TxError) || isSequenceMismatch(error) || !renewed) throw error;
    }
    const { hash, bytes } = await renewed(version);
    // known before it goes out: when its answer gets lost it may be the one that lands
    tx.former.push(tx.hash);
    Object.assign(tx, { hash, bytes, returned: 0 });
    await this.client.broadcastTx(bytes, { signal });
  }

  /** The index of a node may lag or lack; blocks do not. @throws Error when there are too many to look through */
  private async isInBlocks(tx: PlacedTx, until: bigint, signal?: AbortSignal): Promise<boolean> {
    if (until - tx.since > MAX_SCAN) throw new Error(`transaction ${tx.hash} is older than ${MAX_SCAN} blocks`);
    for (let height = tx.since + 1n; height <= until; height++) {
      const block = await this.client.rpc.block(height, { signal });
      const hashes = txsOf(block).map(txHash);
      const landed = [tx.hash, ...tx.former].find((hash) => hashes.includes(hash));
      if (landed) return landedAs(tx, landed);
    }
    return false;
  }
}

/** The version that is in a block is the transaction. */
function landedAs(tx: PlacedTx, hash: string): true {
  tx.hash = hash;
  return true;
}
