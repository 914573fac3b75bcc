/** Methods about the node, its validator, its parameters and its state. */
import type { BlockJson, ConsensusParams } from '../chain/block-types.ts';
import type { Chain } from '../chain/chain.ts';
import { NODE_VERSION } from '../chain/node-identity.ts';
import { recordAt } from './block-methods.ts';
import { consensusMethods, publicKeyJson, validatorJson } from './consensus-methods.ts';
import type { MethodDeps, MethodTable } from './methods.ts';
import type { Args } from './params.ts';
import { JsonText } from './protocol.ts';

/** Larger genesis files are only served in chunks of this size. */
const CHUNK = 16 * 1024 * 1024;

export function nodeMethods(deps: MethodDeps): MethodTable {
  return {
    ...infoMethods(deps),
    ...genesisMethods(() => deps.chain.store.genesis ?? deps.genesis),
    ...setMethods(deps.chain),
    ...consensusMethods(deps.chain),
  };
}

function infoMethods({ chain, identity }: MethodDeps): MethodTable {
  return {
    health: { params: [], handle: () => ({}) },
    status: { params: [], handle: () => statusOf(chain, identity()) },
    net_info: { params: [], handle: () => ({ listening: true, listeners: ['Listener(@)'], n_peers: '0', peers: [] }) },
    abci_info: {
      params: [],
      immutable: true,
      handle: () => ({
        response: {
          data: 'greenfield',
          last_block_height: String(chain.height),
          last_block_app_hash: Buffer.from(chain.appHash, 'hex').toString('base64'),
        },
      }),
    },
    abci_query: {
      params: [
        ['path', 'string'],
        ['data', 'hex'],
        ['height', 'int'],
        ['prove', 'bool'],
      ],
      handle: (args) => ({ response: abciQuery(chain, args) }),
    },
  };
}

function abciQuery(chain: Chain, { path, data, height, prove }: Args): unknown {
  const bytes = (data as Uint8Array | undefined) ?? new Uint8Array(0);
  const answer = chain.queries.query(String(path ?? ''), bytes, Number(height ?? 0), prove === true);
  const base64 = (value: Uint8Array | null) => value && Buffer.from(value).toString('base64');
  return {
    code: answer.code,
    log: answer.log,
    info: '',
    index: '0',
    key: base64(answer.key),
    value: base64(answer.value),
    proofOps: answer.proven ? { ops: [] } : null,
    height: String(answer.height),
    codespace: answer.codespace,
  };
}

function statusOf(chain: Chain, identity: ReturnType<MethodDeps['identity']>): unknown {
  const latest = recordAt(chain, undefined).block;
  const earliest = recordAt(chain, chain.store.firstHeight).block;
  return {
    node_info: {
      protocol_version: { p2p: '8', block: '11', app: '0' },
      id: identity.id,
      listen_addr: identity.listenAddress,
      network: identity.network,
      version: NODE_VERSION,
      channels: identity.channels,
      moniker: identity.moniker,
      other: { tx_index: 'on', rpc_address: identity.rpcAddress },
    },
    sync_info: { ...syncPart('latest', latest), ...syncPart('earliest', earliest), catching_up: false },
    validator_info: {
      address: chain.key.address,
      pub_key: publicKeyJson(chain),
      voting_power: chain.validator.power.toString(),
    },
  };
}

function syncPart(which: 'latest' | 'earliest', { block_id, block }: BlockJson): Record<string, string> {
  return {
    [`${which}_block_hash`]: block_id.hash,
    [`${which}_app_hash`]: block.header.app_hash,
    [`${which}_block_height`]: block.header.height,
    [`${which}_block_time`]: block.header.time,
  };
}

/** The text may change: a chain can be given the state, and the genesis file, of another. */
function genesisMethods(text: () => string): MethodTable {
  const chunks = (bytes: Buffer) => Math.max(1, Math.ceil(bytes.length / CHUNK));
  return {
    genesis: {
      params: [],
      immutable: true,
      handle: () => {
        if (chunks(Buffer.from(text())) > 1) {
          throw new Error('genesis response is large, please use the genesis_chunked API instead');
        }
        return new JsonText(`{"genesis":${text()}}`);
      },
    },
    genesis_chunked: {
      params: [['chunk', 'int']],
      immutable: true,
      handle: ({ chunk }) => {
        const bytes = Buffer.from(text());
        const id = Number(chunk ?? 0);
        const total = chunks(bytes);
        if (id < 0 || id >= total) throw new Error(`there are ${total - 1} chunks, ${id} is invalid`);
        const data = bytes.subarray(id * CHUNK, (id + 1) * CHUNK).toString('base64');
        return { chunk: String(id), total: String(total), data };
      },
    },
  };
}

/** Both sets never change; the latest are those of the block to come. */
function heightOfSet(chain: Chain, height: unknown): number {
  return height === undefined || height === chain.height + 1
    ? chain.height + 1
    : recordAt(chain, Number(height)).height;
}

function setMethods(chain: Chain): MethodTable {
  return {
    validators: {
      params: [
        ['height', 'int'],
        ['page', 'int'],
        ['per_page', 'int'],
      ],
      immutable: ({ height }) => height !== undefined,
      handle: ({ height, page }) => {
        if (page !== undefined && page !== 1) throw new Error(`page should be within [1, 1] range, given ${page}`);
        const block_height = String(heightOfSet(chain, height));
        return { block_height, validators: [validatorJson(chain)], count: '1', total: '1' };
      },
    },
    consensus_params: {
      params: [['height', 'int']],
      immutable: ({ height }) => height !== undefined,
      handle: ({ height }) => {
        const block = heightOfSet(chain, height);
        return { block_height: String(block), consensus_params: paramsJson(chain.consensusParamsAt(block)) };
      },
    },
  };
}

/** Fields in the order of this method: block results have another. */
function paramsJson({
  block: { max_txs, max_bytes, max_gas },
  evidence,
  validator,
  version,
}: ConsensusParams): unknown {
  return { block: { max_txs, max_bytes, max_gas }, evidence, validator, version };
}
