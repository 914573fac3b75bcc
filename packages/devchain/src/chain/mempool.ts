/** Transactions that wait for a block, first in first out, and the memory of those seen lately. */
/** As the node's default configuration. */
const LIMITS = { txs: 5000, bytes: 1 << 30, txBytes: 1_048_576, cache: 10_000 };

export interface PendingTx {
  bytes: Uint8Array;
  /** Upper-case hex. */
  hash: string;
}

/** Why a transaction is refused before it is looked at. Clients match these texts (`reference/chain-rpc.md` §2). */
export class MempoolError extends Error {
  override readonly name = 'MempoolError';
}

export class Mempool {
  private waiting: PendingTx[] = [];
  /** Hashes in the order in which they came. */
  private readonly seen = new Set<string>();
  private size = 0;

  get count(): number {
    return this.waiting.length;
  }

  get bytes(): number {
    return this.size;
  }

  /** The oldest `limit` transactions. */
  first(limit: number): readonly PendingTx[] {
    return this.waiting.slice(0, limit);
  }

  /** @throws MempoolError when the transaction must not even be checked */
  admit(tx: PendingTx): void {
    const { length } = tx.bytes;
    if (length > LIMITS.txBytes) {
      throw new MempoolError(`Tx too large. Max size is ${LIMITS.txBytes}, but got ${length}`);
    }
    if (this.waiting.length >= LIMITS.txs || this.size + length > LIMITS.bytes) {
      const text = `number of txs ${this.waiting.length} (max: ${LIMITS.txs}), total txs bytes ${this.size} (max: ${LIMITS.bytes})`;
      throw new MempoolError(`mempool is full: ${text}`);
    }
    if (this.seen.has(tx.hash)) throw new MempoolError('tx already exists in cache');
    this.seen.add(tx.hash);
    if (this.seen.size > LIMITS.cache) this.forget(this.seen.values().next().value!);
  }

  /** After a check that succeeded. */
  push(tx: PendingTx): void {
    this.waiting.push(tx);
    this.size += tx.bytes.length;
  }

  /** After a check that failed: the same bytes may come again. */
  forget(hash: string): void {
    this.seen.delete(hash);
  }

  /** Forgets all: the chain has gone back, and the same transactions may come again. */
  clear(): void {
    this.waiting = [];
    this.seen.clear();
    this.size = 0;
  }

  /** Takes the transactions of a block out, oldest first, as many as fit. */
  take(limits: { txs: number; bytes: number }): PendingTx[] {
    let bytes = 0;
    let count = 0;
    while (count < Math.min(limits.txs, this.waiting.length)) {
      bytes += this.waiting[count]!.bytes.length;
      if (bytes > limits.bytes) break;
      count++;
    }
    const taken = this.waiting.splice(0, count);
    this.size -= taken.reduce((sum, tx) => sum + tx.bytes.length, 0);
    return taken;
  }

  /** Keeps what `valid` accepts: after a block, what waits is checked again. */
  recheck(valid: (tx: PendingTx) => boolean): void {
    const kept: PendingTx[] = [];
    for (const tx of this.waiting) {
      if (valid(tx)) kept.push(tx);
      else this.forget(tx.hash);
    }
    this.waiting = kept;
    this.size = kept.reduce((sum, tx) => sum + tx.bytes.length, 0);
  }
}
