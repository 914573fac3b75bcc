/**
 * The powers that a development chain gives its developer (`packages/devchain/README.md`). No real node has them.
 *
 * Calls are made once: none of them is safe to repeat unasked.
 */

import { JsonRpcHttp } from './rpc/http.ts';
import type { CallOptions } from './rpc.ts';
import { buildTx, feeOf, type TxMessage } from './tx.ts';

export interface DevClientOptions {
  /** `http://127.0.0.1:26750` */
  url: string;
  /** Deadline of a call, in milliseconds. Default 60 s: blocks by the thousand take their time. */
  timeoutMs?: number;
}

export interface DevSnapshot {
  id: number;
  height: bigint;
}

export interface DevStatus {
  chainId: string;
  height: bigint;
  /** Of the last block, RFC 3339. */
  time: string;
  appHash: string;
  /** What the chain's clock shows now, and how far it is ahead of the machine's. */
  clock: { time: string; offsetMs: number };
  /** Exact time planned for the next block. */
  nextBlockTime: string | undefined;
  paused: boolean;
  /** 0: a block per transaction. */
  blockTimeMs: number;
  mempool: { txs: number; bytes: number };
  /** How many accounts. */
  impersonated: number;
  snapshots: number;
  /** Oldest height at which the state can be queried. */
  oldestState: bigint;
  /** Undefined for a chain in memory. */
  dataDir: string | undefined;
}

export interface DevAudit {
  height: bigint;
  sound: boolean;
  /** What was looked at. */
  audits: string[];
  /** The first ones of {@link total}. */
  findings: { audit: string; text: string }[];
  total: number;
}

export interface BlockPace {
  paused: boolean;
  blockTimeMs: number;
}

export interface DumpPage {
  /** Lines of the state file. */
  lines: string[];
  height: bigint;
  /** Entries so far, and in all, as far as known. */
  entries: number;
}

const MIB = 1 << 20;
/** Text in one request of {@link DevClient.load}; nodes take a body of a megabyte. */
const UPLOAD_CHARS = 512 * 1024;
/** As many zeros as a signature has bytes. */
const NO_SIGNATURE = new Uint8Array(65);

// biome-ignore lint/suspicious/noExplicitAny: answers of many methods, read field by field below
type Answer = any;

export class DevClient {
  private readonly http: JsonRpcHttp;
  private readonly timeoutMs: number;

  constructor({ url, timeoutMs = 60_000 }: DevClientOptions) {
    this.http = new JsonRpcHttp({ url, maxSockets: 1, maxResponseBytes: 64 * MIB });
    this.timeoutMs = timeoutMs;
  }

  close(): void {
    this.http.close();
  }

  /** Marks the chain as it is; {@link revert} brings it back. */
  async snapshot(options?: CallOptions): Promise<DevSnapshot> {
    return snapshotOf(await this.call('dev_snapshot', {}, options));
  }

  /** Oldest first. */
  async snapshots(options?: CallOptions): Promise<DevSnapshot[]> {
    return (await this.call('dev_snapshots', {}, options)).snapshots.map(snapshotOf);
  }

  /** Blocks, state, mempool and clock are those of the snapshot again. It stays; later ones are gone. */
  async revert(id: number, options?: CallOptions): Promise<{ height: bigint; revertedBlocks: number }> {
    const { height, reverted_blocks } = await this.call('dev_revert', { id: String(id) }, options);
    return { height: BigInt(height), revertedBlocks: Number(reverted_blocks) };
  }

  async dropSnapshot(id: number, options?: CallOptions): Promise<void> {
    await this.call('dev_dropSnapshot', { id: String(id) }, options);
  }

  /** Makes blocks now. With `secondsBetween` each is that much later than the one before, else they follow the clock. */
  async mine(
    blocks = 1,
    { secondsBetween, ...options }: CallOptions & { secondsBetween?: number | undefined } = {},
  ): Promise<{ height: bigint; time: string }> {
    const between = secondsBetween === undefined ? {} : { seconds_between: String(secondsBetween) };
    const { height, time } = await this.call('dev_mine', { blocks: String(blocks), ...between }, options);
    return { height: BigInt(height), time };
  }

  /** Sets the chain's clock forward; the next block is that much later. Returns what the clock shows then. */
  async increaseTime(seconds: number, options?: CallOptions): Promise<{ time: string; offsetMs: number }> {
    const { time, offset_ms } = await this.call('dev_increaseTime', { seconds: String(seconds) }, options);
    return { time, offsetMs: Number(offset_ms) };
  }

  /** The next block has exactly this time (RFC 3339, or unix seconds), and the clock goes on from there. */
  async setNextBlockTime(time: string | number | bigint, options?: CallOptions): Promise<{ time: string }> {
    return this.call('dev_setNextBlockTime', { time: String(time) }, options);
  }

  /** In wei. Takes effect in a block of its own, whose height is returned. */
  async setBalance(address: string, amount: bigint, options?: CallOptions): Promise<{ height: bigint }> {
    const { height } = await this.call('dev_setBalance', { address, amount: amount.toString() }, options);
    return { height: BigInt(height) };
  }

  /** From now on transactions of this account need no signature: see {@link impersonatedTx}. */
  async impersonate(address: string, options?: CallOptions): Promise<{ accountNumber: bigint; sequence: bigint }> {
    const { account_number, sequence } = await this.call('dev_impersonate', { address }, options);
    return { accountNumber: BigInt(account_number), sequence: BigInt(sequence) };
  }

  /** Whether the account was impersonated. */
  async stopImpersonating(address: string, options?: CallOptions): Promise<boolean> {
    return (await this.call('dev_stopImpersonating', { address }, options)).stopped;
  }

  async impersonated(options?: CallOptions): Promise<string[]> {
    return (await this.call('dev_impersonated', {}, options)).addresses;
  }

  /** Blocks come only by {@link mine} from now on. */
  async pause(options?: CallOptions): Promise<BlockPace> {
    return paceOf(await this.call('dev_pause', {}, options));
  }

  async resume(options?: CallOptions): Promise<BlockPace> {
    return paceOf(await this.call('dev_resume', {}, options));
  }

  async setBlockTime(milliseconds: number, options?: CallOptions): Promise<BlockPace> {
    return paceOf(await this.call('dev_setBlockTime', { milliseconds: String(milliseconds) }, options));
  }

  async status(options?: CallOptions): Promise<DevStatus> {
    const answer = await this.call('dev_status', {}, options);
    return {
      chainId: answer.chain_id,
      height: BigInt(answer.height),
      time: answer.time,
      appHash: answer.app_hash,
      clock: { time: answer.clock.time, offsetMs: Number(answer.clock.offset_ms) },
      nextBlockTime: answer.next_block_time ?? undefined,
      ...paceOf(answer),
      mempool: { txs: Number(answer.mempool.txs), bytes: Number(answer.mempool.bytes) },
      impersonated: Number(answer.impersonated),
      snapshots: Number(answer.snapshots),
      oldestState: BigInt(answer.oldest_state),
      dataDir: answer.data_dir ?? undefined,
    };
  }

  /** Checks that coins, streams, sizes and deposits add up. It walks all of the state. */
  async audit(options?: CallOptions): Promise<DevAudit> {
    const { height, sound, audits, findings, total } = await this.call('dev_audit', {}, options);
    return { height: BigInt(height), sound, audits, findings, total: Number(total) };
  }

  /** The state after the last block (or an older one that is still kept), page by page; blocks may be made meanwhile. */
  async *dump({ height, ...options }: CallOptions & { height?: bigint } = {}): AsyncGenerator<DumpPage> {
    let cursor: string | undefined;
    do {
      const at = cursor === undefined ? (height === undefined ? {} : { height: String(height) }) : { cursor };
      const answer = await this.call('dev_dumpState', at, options);
      yield { lines: answer.lines, height: BigInt(answer.height), entries: Number(answer.entries) };
      cursor = answer.next ?? undefined;
    } while (cursor !== undefined);
  }

  /**
   * Replaces the chain's state and blocks by those of a dump, once its last line has arrived and proved it whole.
   * Returns the height that the chain has then. `onProgress` is told of characters that were sent.
   */
  async load(
    lines: Iterable<string> | AsyncIterable<string>,
    { onProgress, ...options }: CallOptions & { onProgress?: (sent: number) => void } = {},
  ): Promise<{ height: bigint }> {
    let upload: string | undefined;
    for await (const batch of batches(lines)) {
      const begun = upload === undefined ? {} : { upload };
      const answer = await this.call('dev_loadState', { ...begun, lines: batch }, options);
      onProgress?.(batch.reduce((sum, line) => sum + line.length + 1, 0));
      if (answer.loaded) return { height: BigInt(answer.height) };
      upload = String(answer.upload);
    }
    throw new Error('the state file ends too early: its last line is missing');
  }

  private call(method: string, params: object, options: CallOptions = {}): Promise<Answer> {
    return this.http.call(method, params, { timeoutMs: options.timeoutMs ?? this.timeoutMs, signal: options.signal });
  }
}

/**
 * Bytes of a transaction of an impersonated account: an ordinary one, with a signature of 65 zeros and no public key.
 * Its fee may be zero.
 * @param sequence of the account, as for any transaction
 */
export function impersonatedTx(options: {
  messages: readonly TxMessage[];
  sequence: bigint;
  /** Default: plenty. */
  gasLimit?: bigint;
  memo?: string;
}): Buffer {
  const { gasLimit = 10_000_000n, ...rest } = options;
  return buildTx({ ...rest, fee: feeOf(gasLimit, 0n) }, NO_SIGNATURE);
}

const snapshotOf = ({ id, height }: Answer): DevSnapshot => ({ id: Number(id), height: BigInt(height) });

const paceOf = ({ paused, block_time_ms }: Answer): BlockPace => ({ paused, blockTimeMs: Number(block_time_ms) });

async function* batches(lines: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string[]> {
  let batch: string[] = [];
  let size = 0;
  for await (const line of lines) {
    if (batch.length > 0 && size + line.length > UPLOAD_CHARS) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(line);
    size += line.length;
  }
  if (batch.length > 0) yield batch;
}
