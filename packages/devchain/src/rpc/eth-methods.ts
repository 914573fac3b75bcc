/** The EVM methods that let wallets show the network (`reference/chain-rpc.md` §8). Served over HTTP POST only. */
import { evmChainId, isAddress } from '@prairie/chain';
import type { Chain } from '../chain/chain.ts';
import { NODE_VERSION } from '../chain/node-identity.ts';
import type { BankKeeper } from '../modules/bank/index.ts';
import type { Method } from './methods.ts';
import { parsedRequest, requestOf, resultText, rpcErrors } from './protocol.ts';

const GAS_PRICE = 5_000_000_000n;
const TRANSFER_GAS = 21_000n;
const ZERO_HASH = `0x${'0'.repeat(64)}`;

/** Without leading zero digits. */
const trim = (value: bigint | number): string => `0x${value.toString(16)}`;

/** The big-endian bytes as they are. */
function raw(value: bigint | number): string {
  const digits = value.toString(16);
  return `0x${digits.length % 2 ? '0' : ''}${digits}`;
}

export type EthMethods = Readonly<Record<string, (params: readonly unknown[]) => unknown>>;

export function ethMethods({ chain, bank }: { chain: Chain; bank: BankKeeper }): EthMethods {
  const id = evmChainId(chain.chainId);
  return {
    eth_chainId: () => trim(id),
    net_version: () => String(id),
    eth_networkId: () => raw(id),
    eth_blockNumber: () => raw(chain.height),
    eth_getBalance: ([address]) => {
      if (typeof address !== 'string' || !isAddress(address))
        throw rpcErrors.invalidParams('an address expected first');
      return raw(bank.balance(address));
    },
    eth_gasPrice: () => trim(GAS_PRICE),
    eth_estimateGas: () => trim(TRANSFER_GAS),
    eth_getTransactionCount: () => '0x1',
    eth_call: () => trim(id),
    eth_getCode: () => trim(id),
    eth_getBlockByNumber: () => stubBlock(chain.height),
    ...IDENTITY_METHODS,
    eth_sendRawTransaction: () => {
      throw rpcErrors.invalidRequest('transfers from an EVM wallet are not available on this chain');
    },
  };
}

/** What wallets ask besides when a network is added. The reference does not list these; the node holds no keys. */
const IDENTITY_METHODS: EthMethods = {
  web3_clientVersion: () => `prairie/${NODE_VERSION}`,
  net_listening: () => true,
  eth_accounts: () => [],
  eth_syncing: () => false,
};

/** `eth_query`: a request in bytes, its response in bytes. */
export const ethQueryMethod = (eth: EthMethods): Method => ({
  params: [['request', 'bytes']],
  handle: ({ request }) => ({ response: ethQuery(eth, (request as Uint8Array | undefined) ?? new Uint8Array(0)) }),
});

function ethQuery(eth: EthMethods, bytes: Uint8Array): unknown {
  try {
    const { id, method, params } = requestOf(parsedRequest(Buffer.from(bytes).toString('utf8')));
    const handle = Object.hasOwn(eth, method) ? eth[method] : undefined;
    if (!handle) return queryAnswer(6, `unknown method ${method}: unknown request`);
    const text = resultText(id ?? 0, handle(Array.isArray(params) ? params : []));
    return queryAnswer(0, '', Buffer.from(text).toString('base64'));
  } catch (error) {
    return queryAnswer(18, `${(error as Error).message}: invalid request`);
  }
}

const queryAnswer = (code: number, log: string, response: string | null = null) => ({
  ...{ code, log, codespace: code === 0 ? '' : 'sdk' },
  response,
});

const stubBlock = (height: number) => ({
  number: raw(height),
  hash: ZERO_HASH,
  parentHash: ZERO_HASH,
  nonce: '0x0000000000000000',
  sha3Uncles: ZERO_HASH,
  logsBloom: `0x${'0'.repeat(512)}`,
  transactionsRoot: ZERO_HASH,
  stateRoot: ZERO_HASH,
  receiptsRoot: ZERO_HASH,
  miner: `0x${'0'.repeat(40)}`,
  difficulty: '0x0',
  totalDifficulty: '0x0',
  extraData: '0x',
  size: '0x0',
  gasLimit: '0x0',
  gasUsed: '0x0',
  timestamp: '0x0',
  transactions: [],
  uncles: [],
});
