/** Every block from a height on, in order and without gaps: fetched in parallel to the head, then as it is announced. */
import { type ChainBlock, chainBlock, emptyChainBlock } from '../block.ts';
import type { HeadFeed } from '../rpc/head-feed.ts';
import { type RpcClient, RpcError, RpcTransportError } from '../rpc.ts';
import { FetchWindow } from './fetch-window.ts';

export interface BlockStreamOptions {
  /** Blocks ahead of the consumer: being fetched, or fetched. */
  prefetch: number;
  /** Of them, those that are fetched at a time. Default: all. */
  parallel?: number;
  /** Bytes of those that were fetched, about. Default 64 MiB. */
  maxBytes?: number;
}

const MAX_BYTES = 64 << 20;

interface Sources {
  rpc: RpcClient;
  feed: HeadFeed;
}

/** A block, and the hash of the one that it follows: '' for the first. */
interface Linked {
  block: ChainBlock;
  parent: string;
}

/**
 * At each step all blocks that have come: one when the consumer keeps up with the chain, more when it is behind.
 *
 * Ends by throwing the signal's reason, or an error when a block can no longer be had (the node has pruned it) or does
 * not follow the one before (the chain was rewritten, or another node has another chain). A node that is away is waited
 * for. What is held is bounded, so a slow consumer slows the fetching.
 */
export async function* streamBatches(
  sources: Sources,
  fromHeight: bigint,
  signal: AbortSignal,
  { prefetch, parallel = prefetch, maxBytes = MAX_BYTES }: BlockStreamOptions,
): AsyncGenerator<ChainBlock[], void, undefined> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const fetch = async (height: number) => {
    const value = await fetchBlock(sources, height, both);
    return { value, weight: bytesOf(value.block) };
  };
  const window = new FetchWindow(Number(fromHeight), fetch, { parallel, size: prefetch, maxWeight: maxBytes });
  let last = '';
  try {
    for (let next = Number(fromHeight); ; ) {
      window.extend(await sources.feed.reach(next, both));
      const batch = await window.take(next);
      last = checkLinks(batch, last);
      next += batch.length;
      yield batch.map(({ block }) => block);
    }
  } finally {
    stop.abort(new Error('the block stream was left'));
  }
}

/** The same, one block at a step. */
export async function* streamBlocks(
  sources: Sources,
  fromHeight: bigint,
  signal: AbortSignal,
  options: BlockStreamOptions,
): AsyncGenerator<ChainBlock, void, undefined> {
  for await (const batch of streamBatches(sources, fromHeight, signal, options)) yield* batch;
}

/** The hash of the last. @throws Error when one does not follow the one before */
function checkLinks(batch: readonly Linked[], before: string): string {
  let last = before;
  for (const { block, parent } of batch) {
    const { height } = block;
    if (last && parent && parent !== last) {
      throw new Error(
        `block ${height} follows ${parent}, but block ${height - 1n} was ${last}: the chain was rewritten`,
      );
    }
    last = block.hash;
  }
  return last;
}

/** What a block takes in memory, roughly. */
function bytesOf({ txs, txsResults, beginBlockEvents, endBlockEvents }: ChainBlock): number {
  const lists = [beginBlockEvents, endBlockEvents, ...txsResults.map(({ events }) => events)];
  let bytes = txs.reduce((sum, tx) => sum + tx.length, 0);
  for (const { attributes } of lists.flat()) {
    for (const { key, value } of attributes) bytes += key.length + value.length;
  }
  return bytes;
}

/** A node that tells of a block may still be writing its results; more attempts than this (a minute) say otherwise. */
const REFUSALS = 20;

async function fetchBlock(sources: Sources, height: number, signal: AbortSignal): Promise<Linked> {
  for (let attempt = 1, refusals = 0; ; attempt++) {
    try {
      return await fetchOnce(sources, height, signal);
    } catch (error) {
      signal.throwIfAborted();
      const refused = error instanceof RpcError && !isPruned(error) && ++refusals < REFUSALS;
      if (!refused && !(error instanceof RpcTransportError)) throw error;
      await sources.rpc.pause(attempt, signal);
    }
  }
}

async function fetchOnce({ rpc, feed }: Sources, height: number, signal: AbortSignal): Promise<Linked> {
  const announced = feed.block(height);
  if (announced) {
    const { txs } = announced.block.data;
    const block = txs?.length
      ? chainBlock(announced, await rpc.blockResults(height, { signal }))
      : emptyChainBlock(announced);
    return { block, parent: announced.block.header.last_block_id.hash };
  }
  const [block, results] = await Promise.all([rpc.block(height, { signal }), rpc.blockResults(height, { signal })]);
  return { block: chainBlock(block, results), parent: block.block.header.last_block_id.hash };
}

/** The node will never have it: waiting does not help. */
const isPruned = (error: RpcError): boolean => /lowest height is|must be greater than 0/.test(error.data);
