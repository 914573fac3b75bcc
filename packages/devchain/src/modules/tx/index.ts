/** The transaction service: simulation and transactions by hash (`reference/chain-rpc.md` §10.2, §12). */
import {
  type AnyMessage,
  type cosmosBaseAbciV1beta1 as abci,
  decode,
  encode,
  MIN_GAS_PRICE,
  cosmosTxV1beta1 as tx,
} from '@prairie/chain';
import type { TxResultJson } from '../../chain/block-types.ts';
import type { Chain } from '../../chain/chain.ts';
import { DENOM } from '../../coins.ts';
import { type ChainModule, type Event, query, StatusError } from '../../context.ts';

export function createTxModule(chain: () => Chain): ChainModule {
  return {
    name: 'tx',
    messages: [],
    queries: {
      '/cosmos.tx.v1beta1.Service/Simulate': query({
        request: tx.SimulateRequest,
        response: tx.SimulateResponse,
        handle: (_ctx, request) => simulate(chain(), request),
      }),
      '/cosmos.tx.v1beta1.Service/GetTx': query({
        request: tx.GetTxRequest,
        response: tx.GetTxResponse,
        handle: (_ctx, { hash }) => getTx(chain(), hash),
      }),
    },
  };
}

function simulate(chain: Chain, request: tx.SimulateRequest) {
  const bytes =
    request.tx_bytes.length === 0 && request.tx ? encode(tx.Tx, request.tx as AnyMessage) : request.tx_bytes;
  if (bytes.length === 0) throw new StatusError('InvalidArgument', 'empty txBytes is not allowed');
  const outcome = chain.simulate(bytes);
  const { wanted, used } = outcome.gas;
  if (outcome.code !== 0) {
    throw new StatusError('Unknown', `${outcome.log} With gas wanted: '${wanted}' and gas used: '${used}' `);
  }
  return {
    gas_info: {
      gas_wanted: wanted,
      gas_used: used,
      min_gas_price: `${MIN_GAS_PRICE}${DENOM}`,
      rw_used: BigInt(outcome.units),
    },
    result: {
      data: outcome.data,
      log: outcome.log,
      events: eventMessages(outcome.events),
      msg_responses: outcome.responses,
    },
  };
}

function getTx(chain: Chain, hash: string) {
  if (hash === '') throw new StatusError('InvalidArgument', 'tx hash cannot be empty');
  const at = /^[0-9a-fA-F]{64}$/.test(hash) ? chain.store.tx(Buffer.from(hash, 'hex')) : undefined;
  const record = at && chain.store.block(at.height);
  const result = record?.results.txs_results?.[at!.position];
  if (!record || !result) throw new StatusError('NotFound', `tx not found: ${hash}`);
  const bytes = Buffer.from(record.block.block.data.txs[at!.position]!, 'base64');
  const tx_response = txResponse(result, {
    height: BigInt(at!.height),
    hash,
    bytes,
    time: record.block.block.header.time,
  });
  return { tx: decode(tx.Tx, bytes), tx_response };
}

interface TxPlace {
  height: bigint;
  hash: string;
  bytes: Uint8Array;
  time: string;
}

function txResponse(result: TxResultJson, place: TxPlace) {
  return {
    height: place.height,
    txhash: place.hash.toUpperCase(),
    codespace: result.codespace,
    code: result.code,
    data: Buffer.from(result.data ?? '', 'base64')
      .toString('hex')
      .toUpperCase(),
    raw_log: result.log,
    logs: result.code === 0 ? (JSON.parse(result.log) as abci.ABCIMessageLog[]) : [],
    info: '',
    gas_wanted: BigInt(result.gas_wanted),
    gas_used: BigInt(result.gas_used),
    tx: { type_url: tx.Tx.typeUrl, value: place.bytes },
    timestamp: `${place.time.slice(0, 19)}Z`,
    events: eventMessages(result.events),
  };
}

const eventMessages = (events: readonly Event[]) => events.map(({ type, attributes }) => ({ type, attributes }));
