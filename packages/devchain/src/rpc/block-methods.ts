/** Methods about blocks, and the searches over their events. */
import { BoundedCache } from '@prairie/chain';
import { blockBytes } from '../chain/block-messages.ts';
import { type BlockRecord, parseTime, timeText } from '../chain/block-types.ts';
import type { Chain } from '../chain/chain.ts';
import { timeAfter } from '../chain/clock.ts';
import { parseQuery } from '../chain/event-query.ts';
import { ordered, pageOf } from '../chain/pages.ts';
import type { MethodDeps, MethodTable } from './methods.ts';
import type { Args } from './params.ts';
import { JsonText } from './protocol.ts';

/** Serialised answers kept: every client asks for the newest blocks. */
const CACHED_TEXTS = 32;

const MAX_METAS = 20;

const withHeight = (args: Args): boolean => args.height !== undefined;

/** @throws Error in the words that clients match (§2) */
export function recordAt(chain: Chain, height: number | undefined): BlockRecord {
  const wanted = height ?? chain.height;
  if (wanted <= 0) throw new Error(`height must be greater than 0, but got ${wanted}`);
  if (wanted > chain.height) {
    throw new Error(`height ${wanted} must be less than or equal to the current blockchain height ${chain.height}`);
  }
  const record = chain.store.block(wanted);
  if (!record) throw new Error(`height ${wanted} is not available, lowest height is ${chain.store.firstHeight}`);
  return record;
}

/** By record: a chain that was reverted has others of the same heights. */
function cachedText(make: (record: BlockRecord) => unknown): (record: BlockRecord) => JsonText {
  const cache = new BoundedCache<BlockRecord, JsonText>(CACHED_TEXTS);
  return (record) => cache.getOrMake(record, () => new JsonText(JSON.stringify(make(record))));
}

export function blockMethods({ chain }: MethodDeps): MethodTable {
  const blockText = cachedText((record) => record.block);
  const resultsText = cachedText((record) => record.results);
  const at = ({ height }: Args) => recordAt(chain, height as number | undefined);
  const ofHash = ({ hash }: Args) => {
    const height = chain.store.heightOfHash((hash as Uint8Array | undefined) ?? new Uint8Array(0));
    return height === undefined ? undefined : recordAt(chain, height);
  };
  return {
    block: { params: [['height', 'int']], immutable: withHeight, handle: (args) => blockText(at(args)) },
    block_results: { params: [['height', 'int']], immutable: withHeight, handle: (args) => resultsText(at(args)) },
    block_by_hash: {
      params: [['hash', 'bytes']],
      immutable: true,
      handle: (args) => {
        const record = ofHash(args);
        return record ? blockText(record) : { block_id: { hash: '', parts: { total: 0, hash: '' } }, block: null };
      },
    },
    header: {
      params: [['height', 'int']],
      immutable: withHeight,
      handle: (args) => ({ header: at(args).block.block.header }),
    },
    header_by_hash: {
      params: [['hash', 'hex']],
      immutable: true,
      handle: (args) => ({ header: ofHash(args)?.block.block.header ?? null }),
    },
    commit: {
      params: [['height', 'int']],
      immutable: withHeight,
      handle: (args) => commitOf(chain, at(args)),
    },
    blockchain: {
      params: [
        ['minHeight', 'int'],
        ['maxHeight', 'int'],
      ],
      immutable: true,
      handle: (args) => metasOf(chain, args),
    },
    block_search: {
      params: [
        ['query', 'string'],
        ['page', 'int'],
        ['per_page', 'int'],
        ['order_by', 'string'],
      ],
      handle: ({ query, page, per_page, order_by }) => {
        const heights = ordered(chain.search.blocks(parseQuery(String(query ?? ''))), order_by as string | undefined);
        const found = pageOf(heights, page as number | undefined, per_page as number | undefined);
        const blocks = found.map((height) => recordAt(chain, height).block);
        return { blocks, total_count: String(heights.length) };
      },
    },
  };
}

/** The commit under a block is in the next one; under the newest, it is signed now. */
function commitOf(chain: Chain, record: BlockRecord): unknown {
  const { header } = record.block.block;
  const next = record.height < chain.height ? chain.store.block(record.height + 1) : undefined;
  const commit =
    next?.block.block.last_commit ?? chain.builder.commitOf(record, timeText(timeAfter(parseTime(header.time))));
  return { signed_header: { header, commit }, canonical: next !== undefined };
}

function metasOf(chain: Chain, { minHeight, maxHeight }: Args): unknown {
  if (Number(minHeight ?? 0) < 0 || Number(maxHeight ?? 0) < 0) throw new Error('heights must be non-negative');
  const to = Math.min(Number(maxHeight ?? 0) || chain.height, chain.height);
  const from = Math.max(Number(minHeight ?? 0), chain.store.firstHeight, to - MAX_METAS + 1);
  if (from > to) throw new Error(`min height ${from} can't be greater than max height ${to}`);
  const block_metas: unknown[] = [];
  for (let height = to; height >= from; height--) {
    const { block_id, block } = recordAt(chain, height).block;
    const block_size = String(blockBytes(block).length);
    block_metas.push({ block_id, block_size, header: block.header, num_txs: String(block.data.txs.length) });
  }
  return { last_height: String(chain.height), block_metas };
}
