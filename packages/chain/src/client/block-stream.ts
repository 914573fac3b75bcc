/** Every block from a height on, in order and without gaps: fetched in parallel to the head, then as it is announced. */
import { type ChainBlock, chainBlock, emptyChainBlock } from '../block.ts';
import type { HeadFeed } from '../rpc/head-feed.ts';
import { backoff, sleep } from '../rpc/retry.ts';
import { type RpcClient, RpcError, RpcTransportError } from '../rpc.ts';

export interface BlockStreamOptions {
  /** Blocks fetched ahead of the consumer. */
  prefetch: number;
}

interface Sources {
  rpc: RpcClient;
  feed: HeadFeed;
}

/**
 * Ends by throwing the signal's reason, or an error when a block can no longer be had (the node has pruned it). A node
 * that is away is waited for.
 */
export async function* streamBlocks(
  { rpc, feed }: Sources,
  fromHeight: bigint,
  signal: AbortSignal,
  options: BlockStreamOptions,
): AsyncGenerator<ChainBlock, void, undefined> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const window = new Map<number, Promise<ChainBlock>>();
  try {
    let planned = Number(fromHeight);
    for (let next = planned; ; next++) {
      const head = await feed.reach(next, both);
      for (; planned <= head && planned < next + options.prefetch; planned++) {
        const block = fetchBlock({ rpc, feed }, planned, both);
        // a failure is reported when its turn comes; until then it is not an unhandled one
        block.catch(() => {});
        window.set(planned, block);
      }
      const block = await window.get(next)!;
      window.delete(next);
      yield block;
    }
  } finally {
    stop.abort(new Error('the block stream was left'));
  }
}

/** A node that tells of a block may still be writing its results; more attempts than this (a minute) say otherwise. */
const REFUSALS = 20;

async function fetchBlock(sources: Sources, height: number, signal: AbortSignal): Promise<ChainBlock> {
  for (let attempt = 1, refusals = 0; ; attempt++) {
    try {
      return await fetchOnce(sources, height, signal);
    } catch (error) {
      signal.throwIfAborted();
      const refused = error instanceof RpcError && !isPruned(error) && ++refusals < REFUSALS;
      if (!refused && !(error instanceof RpcTransportError)) throw error;
      await sleep(backoff(attempt), signal);
    }
  }
}

async function fetchOnce({ rpc, feed }: Sources, height: number, signal: AbortSignal): Promise<ChainBlock> {
  const announced = feed.block(height);
  if (announced) {
    if (!announced.block.data.txs?.length) return emptyChainBlock(announced);
    return chainBlock(announced, await rpc.blockResults(height, { signal }));
  }
  const [block, results] = await Promise.all([rpc.block(height, { signal }), rpc.blockResults(height, { signal })]);
  return chainBlock(block, results);
}

/** The node will never have it: waiting does not help. */
const isPruned = (error: RpcError): boolean => /lowest height is|must be greater than 0/.test(error.data);
