/** Every block from a height on, in order and without gaps: fetched in parallel to the head, then as it is announced. */
import { type ChainBlock, chainBlock, emptyChainBlock } from '../block.ts';
import type { HeadFeed } from '../rpc/head-feed.ts';
import { type RpcClient, RpcError, RpcTransportError } from '../rpc.ts';

export interface BlockStreamOptions {
  /** Blocks fetched ahead of the consumer. */
  prefetch: number;
}

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
 * Ends by throwing the signal's reason, or an error when a block can no longer be had (the node has pruned it) or does
 * not follow the one before (the chain was rewritten, or another node has another chain). A node that is away is waited
 * for. At most `prefetch` blocks are held, so a slow consumer slows the fetching.
 */
export async function* streamBlocks(
  { rpc, feed }: Sources,
  fromHeight: bigint,
  signal: AbortSignal,
  options: BlockStreamOptions,
): AsyncGenerator<ChainBlock, void, undefined> {
  const stop = new AbortController();
  const both = AbortSignal.any([signal, stop.signal]);
  const window = new Map<number, Promise<Linked>>();
  let last = '';
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
      const { block, parent } = await window.get(next)!;
      window.delete(next);
      if (last && parent && parent !== last) {
        throw new Error(`block ${next} follows ${parent}, but block ${next - 1} was ${last}: the chain was rewritten`);
      }
      last = block.hash;
      yield block;
    }
  } finally {
    stop.abort(new Error('the block stream was left'));
  }
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
