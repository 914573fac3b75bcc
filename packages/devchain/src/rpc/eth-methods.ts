/** The EVM methods that let wallets show the network (`reference/chain-rpc.md` §8). Served over HTTP POST only. */
import { evmChainId, isAddress } from '@prairie/chain';
import type { Chain } from '../chain/chain.ts';
import type { BankKeeper } from '../modules/bank/index.ts';
import { rpcErrors } from './protocol.ts';

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
    eth_sendRawTransaction: () => {
      throw rpcErrors.invalidRequest('transfers from an EVM wallet are not available on this chain');
    },
  };
}

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
