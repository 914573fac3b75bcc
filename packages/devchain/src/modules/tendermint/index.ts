/** The node's own service over `abci_query`: its identity, its blocks and its validator set. */
import {
  cosmosCryptoEd25519,
  encode,
  MIN_GAS_PRICE,
  cosmosBaseNodeV1beta1 as node,
  cosmosBaseTendermintV1beta1 as service,
  toChecksumAddress,
} from '@prairie/chain';
import { blockMessage, contentMessages, headerMessage } from '../../chain/block-messages.ts';
import type { BlockRecord } from '../../chain/block-types.ts';
import type { Chain } from '../../chain/chain.ts';
import { blockIdMessage } from '../../chain/hashes.ts';
import { NODE_VERSION, type NodeIdentity } from '../../chain/node-identity.ts';
import { DENOM } from '../../coins.ts';
import { type ChainModule, query, StatusError } from '../../context.ts';

/** What may be asked through the service besides query methods. */
const NODE_PATH = /^\/?(app|store|p2p)(\/|$)/;

export function createTendermintModule(chain: () => Chain, identity: () => NodeIdentity): ChainModule {
  const prefix = '/cosmos.base.tendermint.v1beta1.Service';
  return {
    name: 'tendermint',
    messages: [],
    queries: {
      [`${prefix}/GetNodeInfo`]: query({
        request: service.GetNodeInfoRequest,
        response: service.GetNodeInfoResponse,
        handle: () => nodeInfo(identity()),
      }),
      [`${prefix}/GetSyncing`]: query({
        request: service.GetSyncingRequest,
        response: service.GetSyncingResponse,
        handle: () => ({ syncing: false }),
      }),
      [`${prefix}/GetLatestBlock`]: query({
        request: service.GetLatestBlockRequest,
        response: service.GetLatestBlockResponse,
        handle: () => blockMessages(chain().lastBlock!.block),
      }),
      [`${prefix}/GetBlockByHeight`]: query({
        request: service.GetBlockByHeightRequest,
        response: service.GetBlockByHeightResponse,
        handle: (_ctx, { height }) => blockMessages(recordAt(chain(), height).block),
      }),
      [`${prefix}/GetLatestValidatorSet`]: query({
        request: service.GetLatestValidatorSetRequest,
        response: service.GetLatestValidatorSetResponse,
        handle: (ctx) => validatorSet(chain(), ctx.height),
      }),
      [`${prefix}/GetValidatorSetByHeight`]: query({
        request: service.GetValidatorSetByHeightRequest,
        response: service.GetValidatorSetByHeightResponse,
        handle: (_ctx, { height }) => validatorSet(chain(), BigInt(recordAt(chain(), height).height)),
      }),
      [`${prefix}/ABCIQuery`]: query({
        request: service.ABCIQueryRequest,
        response: service.ABCIQueryResponse,
        handle: (_ctx, request) => abciQuery(chain(), request),
      }),
      '/cosmos.base.node.v1beta1.Service/Config': query({
        request: node.ConfigRequest,
        response: node.ConfigResponse,
        handle: () => ({ minimum_gas_price: `${MIN_GAS_PRICE}${DENOM}` }),
      }),
    },
  };
}

function recordAt(chain: Chain, height: bigint): BlockRecord {
  if (height > BigInt(chain.height)) {
    throw new StatusError('InvalidArgument', 'requested block height is bigger then the chain length');
  }
  const record = chain.store.block(Number(height));
  if (!record) throw new StatusError('InvalidArgument', `height must be greater than 0, but got ${height}`);
  return record;
}

function abciQuery(chain: Chain, { path, data, height, prove }: service.ABCIQueryRequest) {
  if (path === '') throw new StatusError('InvalidArgument', 'no ABCI query path provided');
  if (!NODE_PATH.test(path)) throw new StatusError('InvalidArgument', `unsupported ABCI query path: ${path}`);
  const answer = chain.queries.query(path, data, Number(height), prove);
  const bytes = (value: Uint8Array | null) => value ?? new Uint8Array(0);
  return {
    code: answer.code,
    log: answer.log,
    key: bytes(answer.key),
    value: bytes(answer.value),
    proof_ops: answer.proven ? { ops: [] } : undefined,
    height: BigInt(answer.height),
    codespace: answer.codespace,
  };
}

function nodeInfo(identity: NodeIdentity) {
  return {
    default_node_info: {
      protocol_version: { p2p: 8n, block: 11n, app: 0n },
      default_node_id: identity.id,
      listen_addr: identity.listenAddress,
      network: identity.network,
      version: NODE_VERSION,
      channels: Buffer.from(identity.channels, 'hex'),
      moniker: identity.moniker,
      other: { tx_index: 'on', rpc_address: identity.rpcAddress },
    },
    application_version: {
      name: 'prairie',
      app_name: 'devchain',
      version: 'v1.10.0',
      git_commit: '',
      build_tags: '',
      go_version: '',
      build_deps: [],
      cosmos_sdk_version: 'v0.47.2',
    },
  };
}

/** The block in two forms: the node's own, and one whose proposer is an address of the SDK. */
export function blockMessages({ block_id, block }: BlockRecord['block']) {
  const { proposer_address } = block.header;
  const header = { ...headerMessage(block.header), proposer_address: toChecksumAddress(proposer_address) };
  return {
    block_id: blockIdMessage(block_id),
    block: blockMessage(block),
    sdk_block: { header, ...contentMessages(block) },
  };
}

function validatorSet({ key, validator }: Chain, block_height: bigint) {
  const pub_key = {
    type_url: cosmosCryptoEd25519.PubKey.typeUrl,
    value: encode(cosmosCryptoEd25519.PubKey, { key: key.publicKey }),
  };
  const only = {
    address: toChecksumAddress(key.address),
    pub_key,
    voting_power: validator.power,
    proposer_priority: 0n,
  };
  return { block_height, validators: [only], pagination: { next_key: new Uint8Array(0), total: 1n } };
}
