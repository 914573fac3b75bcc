/** The node's own service over `abci_query`: its identity, its blocks and its validator set. */
import {
  cosmosCryptoEd25519,
  encode,
  cosmosBaseTendermintV1beta1 as service,
  type tendermintTypes,
  toChecksumAddress,
} from '@prairie/chain';
import { type BlockRecord, type CommitJson, type HeaderJson, parseTime } from '../../chain/block-types.ts';
import type { Chain } from '../../chain/chain.ts';
import { blockIdMessage } from '../../chain/hashes.ts';
import { NODE_VERSION, type NodeIdentity } from '../../chain/node-identity.ts';
import { type ChainModule, query, StatusError } from '../../context.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

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
        handle: () => blockMessages(chain().lastBlock!),
      }),
      [`${prefix}/GetBlockByHeight`]: query({
        request: service.GetBlockByHeightRequest,
        response: service.GetBlockByHeightResponse,
        handle: (_ctx, { height }) => blockMessages(recordAt(chain(), height)),
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

function nodeInfo(identity: NodeIdentity) {
  return {
    default_node_info: {
      protocol_version: { p2p: 8n, block: 11n, app: 0n },
      default_node_id: identity.id,
      listen_addr: identity.listenAddress,
      network: identity.network,
      version: NODE_VERSION,
      channels: hex(identity.channels),
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

function blockMessages(record: BlockRecord) {
  const { header, data, last_commit } = record.block.block;
  const common = {
    data: { txs: data.txs.map((tx) => Buffer.from(tx, 'base64')) },
    evidence: { evidence: [] },
    last_commit: commitMessage(last_commit),
  };
  const fields = headerMessage(header);
  return {
    block_id: blockIdMessage(record.block.block_id),
    block: {
      header: { ...fields, proposer_address: hex(header.proposer_address), randao_mix: hex(header.randao_mix) },
      ...common,
    },
    sdk_block: { header: { ...fields, proposer_address: toChecksumAddress(header.proposer_address) }, ...common },
  };
}

function headerMessage(header: HeaderJson) {
  return {
    version: { block: BigInt(header.version.block), app: 0n },
    chain_id: header.chain_id,
    height: BigInt(header.height),
    time: parseTime(header.time),
    last_block_id: blockIdMessage(header.last_block_id),
    last_commit_hash: hex(header.last_commit_hash),
    data_hash: hex(header.data_hash),
    validators_hash: hex(header.validators_hash),
    next_validators_hash: hex(header.next_validators_hash),
    consensus_hash: hex(header.consensus_hash),
    app_hash: hex(header.app_hash),
    last_results_hash: hex(header.last_results_hash),
    evidence_hash: hex(header.evidence_hash),
  };
}

function commitMessage(commit: CommitJson): tendermintTypes.Commit {
  return {
    height: BigInt(commit.height),
    round: commit.round,
    block_id: blockIdMessage(commit.block_id),
    signatures: commit.signatures.map((signature) => ({
      block_id_flag: signature.block_id_flag,
      validator_address: hex(signature.validator_address),
      timestamp: parseTime(signature.timestamp),
      signature: Buffer.from(signature.signature, 'base64'),
    })),
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
