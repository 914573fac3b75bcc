/** The transaction service: simulation, and transactions by hash, event and block (`reference/chain-rpc.md` §10.2, §12). */
import { type AnyMessage, decode, encode, MIN_GAS_PRICE, cosmosTxV1beta1 as tx } from '@prairie/chain';
import type { Chain } from '../../chain/chain.ts';
import { DENOM } from '../../coins.ts';
import { type ChainModule, query, StatusError } from '../../context.ts';
import { deliveredTx, eventMessages } from './responses.ts';
import { blockWithTxs, txsByEvents } from './search.ts';

const SERVICE = '/cosmos.tx.v1beta1.Service';

export function createTxModule(chain: () => Chain): ChainModule {
  return {
    name: 'tx',
    messages: [],
    queries: {
      [`${SERVICE}/Simulate`]: query({
        request: tx.SimulateRequest,
        response: tx.SimulateResponse,
        handle: (_ctx, request) => simulate(chain(), request),
      }),
      [`${SERVICE}/GetTx`]: query({
        request: tx.GetTxRequest,
        response: tx.GetTxResponse,
        handle: (_ctx, { hash }) => getTx(chain(), hash),
      }),
      [`${SERVICE}/GetTxsEvent`]: query({
        request: tx.GetTxsEventRequest,
        response: tx.GetTxsEventResponse,
        handle: (_ctx, request) => txsByEvents(chain(), request),
      }),
      [`${SERVICE}/GetBlockWithTxs`]: query({
        request: tx.GetBlockWithTxsRequest,
        response: tx.GetBlockWithTxsResponse,
        handle: (_ctx, request) => blockWithTxs(chain(), request),
      }),
      [`${SERVICE}/TxDecode`]: query({
        request: tx.TxDecodeRequest,
        response: tx.TxDecodeResponse,
        handle: (_ctx, { tx_bytes }) => ({ tx: decodedTx(tx_bytes) }),
      }),
      [`${SERVICE}/TxEncode`]: query({
        request: tx.TxEncodeRequest,
        response: tx.TxEncodeResponse,
        handle: (_ctx, request) => {
          if (!request.tx) throw new StatusError('InvalidArgument', 'invalid empty tx');
          return { tx_bytes: encode(tx.Tx, request.tx as AnyMessage) };
        },
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
  if (!at) throw new StatusError('NotFound', `tx not found: ${hash}`);
  return deliveredTx(chain, at);
}

function decodedTx(bytes: Uint8Array): tx.Tx {
  if (bytes.length === 0) throw new StatusError('InvalidArgument', 'invalid empty tx bytes');
  try {
    return decode(tx.Tx, bytes);
  } catch (error) {
    throw new StatusError('InvalidArgument', (error as Error).message);
  }
}
