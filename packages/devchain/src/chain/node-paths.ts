/** Paths of `abci_query` that are no query methods: `/app`, `/store` and `/p2p` (`reference/chain-rpc.md` §5). */
import { answered, failed, type QueryAnswer } from './query-answer.ts';
import type { TxOutcome } from './tx-runner.ts';

export interface PathQuery {
  path: string;
  data: Uint8Array;
  /** The height that answers. */
  height: number;
  prove: boolean;
}

/** Stores of the node, by module. */
const STORES = new Set([
  ...['acc', 'authz', 'bank', 'bridge', 'challenge', 'consensus', 'crosschain', 'distribution', 'feegrant', 'gashub'],
  ...['gov', 'oracle', 'params', 'payment', 'permission', 'slashing', 'sp', 'staking', 'storage', 'upgrade'],
  'virtualgroup',
]);

const UNKNOWN_REQUEST = 6;
const unknown = (text: string): QueryAnswer => failed(UNKNOWN_REQUEST, `${text}: unknown request`);

/** Answers a path that no query method has. */
export function nodeQuery(query: PathQuery, simulate: (tx: Uint8Array) => TxOutcome): QueryAnswer {
  const [head, ...rest] = query.path.replace(/^\//, '').split('/');
  if (query.path === '') return unknown('no query path provided');
  if (head === 'app') return appQuery(rest[0], query, simulate);
  if (head === 'store') return storeQuery(rest, query);
  if (head === 'p2p') return peerQuery(rest);
  return unknown('unknown query path');
}

function appQuery(name: string | undefined, { data, height }: PathQuery, simulate: (tx: Uint8Array) => TxOutcome) {
  if (name === undefined) {
    return unknown("Expected second parameter to be either 'simulate' or 'version', neither was present");
  }
  if (name === 'version') return { ...answered(new Uint8Array(0), height), codespace: 'sdk' };
  if (name !== 'simulate') return unknown(`unknown query: ${name}`);
  const { code, codespace, log, gas, data: result, events } = simulate(data);
  if (code !== 0) return { ...failed(code, `failed to simulate tx: ${log}`), codespace };
  const gas_info = { gas_wanted: gas.wanted.toString(), gas_used: gas.used.toString() };
  const text = JSON.stringify({ gas_info, result: { data: Buffer.from(result).toString('base64'), log, events } });
  return answered(Buffer.from(text), height);
}

/** Values are kept in another form than the node's stores, so every key of theirs is absent. */
function storeQuery([name = '', ...rest]: string[], { path, data, height, prove }: PathQuery): QueryAnswer {
  if (rest.length === 0) return unknown(`invalid path: ${path.replace(/^\/store/, '')}`);
  if (!STORES.has(name)) return unknown(`no such store: ${name}`);
  if (data.length === 0) return failed(2, 'query cannot be zero length: tx parse error');
  const subpath = rest.join('/');
  if (subpath === 'key') return { ...answered(null, height), key: data, proven: prove };
  // a list of pairs without entries
  if (subpath === 'subspace') return { ...answered(new Uint8Array(0), height), key: data };
  return unknown(`unexpected query path: /${subpath}`);
}

/** Every peer passes: the node has no filter. */
function peerQuery([command, ...rest]: string[]): QueryAnswer {
  if (rest.length < 2) return unknown('path should be p2p filter <addr|id> <parameter>');
  if (command !== 'filter') return unknown("expected second parameter to be 'filter'");
  return answered(null, 0);
}
