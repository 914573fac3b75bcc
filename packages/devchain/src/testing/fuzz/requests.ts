/** Sensible requests to the ports of a node: what the senseless ones are made from. */
import type { Rng } from '../random/rng.ts';
import type { Json } from './json.ts';

/** What exists on the chain that is asked. */
export interface Sample {
  /** Base64. */
  tx: string;
  /** Hex. */
  txHash: string;
  blockHash: string;
  address: string;
  height: number;
  queryPaths: readonly string[];
  /** With `{argument}` where one belongs. */
  restPaths: readonly string[];
}

type Make = (sample: Sample, rng: Rng) => Json;
export type MethodMakers = Readonly<Record<string, Make>>;

const none: Make = () => ({});
const height: Make = (sample, rng) => ({ height: String(rng.between(0, sample.height)) });
const tx: Make = (sample) => ({ tx: sample.tx });
const base64OfHex = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');

/** Methods of the node with their parameters. */
export const METHODS: MethodMakers = {
  health: none,
  status: none,
  net_info: none,
  genesis: none,
  genesis_chunked: () => ({ chunk: '0' }),
  consensus_state: none,
  dump_consensus_state: none,
  consensus_params: height,
  validators: (sample) => ({ height: String(sample.height), page: '1', per_page: '10' }),
  abci_info: none,
  abci_query: (sample, rng) => ({ path: rng.one(sample.queryPaths), data: '', height: '0', prove: false }),
  block: height,
  block_results: height,
  commit: height,
  header: height,
  block_by_hash: (sample) => ({ hash: base64OfHex(sample.blockHash) }),
  header_by_hash: (sample) => ({ hash: sample.blockHash }),
  blockchain: (sample) => ({ minHeight: '1', maxHeight: String(sample.height) }),
  block_search: () => ({ query: 'block.height > 1', page: '1', per_page: '5', order_by: 'asc' }),
  tx: (sample) => ({ hash: base64OfHex(sample.txHash), prove: true }),
  tx_search: () => ({
    query: "tx.height > 0 AND message.action CONTAINS 'Send'",
    prove: true,
    page: '1',
    per_page: '5',
  }),
  unconfirmed_txs: () => ({ limit: '5' }),
  num_unconfirmed_txs: none,
  check_tx: tx,
  broadcast_tx_sync: tx,
  broadcast_tx_async: tx,
  broadcast_evidence: () => ({ evidence: { type: 'tendermint/DuplicateVoteEvidence', value: {} } }),
  broadcast_vote: () => ({ vote: {} }),
  query_vote: () => ({ event_type: 1, event_hash: '' }),
  eth_query: () => ({ request: '{"method":"eth_chainId","params":[]}' }),
  eth_chainId: () => [],
  eth_blockNumber: () => [],
  eth_getBalance: (sample) => [sample.address, 'latest'],
  eth_getBlockByNumber: () => ['0x1', false],
  net_version: () => [],
};

/** Only over a WebSocket. */
export const SUBSCRIPTIONS: MethodMakers = {
  subscribe: () => ({ query: "tm.event='NewBlock'" }),
  unsubscribe: () => ({ query: "tm.event='NewBlock'" }),
  unsubscribe_all: none,
};

/** Other methods, as a node lists them: their parameters are small numbers. */
export function listedMethods(html: string): MethodMakers {
  const links = [...html.matchAll(/href="\/([a-zA-Z_]+)\??([^"]*)"/g)];
  const others = links.filter(([, name]) => !Object.hasOwn(METHODS, name!));
  return Object.fromEntries(
    others.map(([, name, query]) => {
      const params = [...new URLSearchParams(query!.replaceAll('&amp;', '&')).keys()];
      return [name, (_: Sample, rng: Rng) => Object.fromEntries(params.map((param) => [param, `${rng.below(4)}`]))];
    }),
  );
}

export function request(rng: Rng, sample: Sample, methods = METHODS): { [key: string]: Json } {
  const method = rng.one(Object.keys(methods));
  return { jsonrpc: '2.0', id: rng.below(1000), method, params: methods[method]!(sample, rng) };
}

/** A path of the REST port with its arguments filled in. */
export function restPath(rng: Rng, { restPaths, address, blockHash }: Sample): string {
  const argument = () => rng.one([address, '1', '0', 'bucket', blockHash, 'a/b%20c']);
  return rng.one(restPaths).replaceAll(/\{[^}]*\}/g, argument);
}
