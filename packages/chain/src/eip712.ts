/**
 * The digest under a transaction signature: EIP-712 typed data whose types follow from the messages
 * (`reference/chain-rpc.md` §13).
 */
import { BoundedCache } from './bounded-cache.ts';
import { type DerivedTypes, deriveMessage, type Member, type StructValue, type TypedValue } from './eip712/derive.ts';
import { hashStruct } from './eip712/hash.ts';
import { keccak256 } from './hash.ts';
import type { JsonObject } from './json/write.ts';
import type { Any } from './proto/generated/google.protobuf.ts';

/** `verifyingContract` of the two domains in use: Go clients sign with the first, the JS SDK with the second. */
export const TX_DOMAINS = ['greenfield', '0x71e835aff094655dEF897fbc85534186DbeaB75d'] as const;

interface CoinValue {
  denom: string;
  amount: bigint;
}

/** All that a transaction signature covers. */
export interface TxSignDoc {
  /** Full text, `greenfield_9000-121`. */
  chainId: string;
  accountNumber: bigint;
  sequence: bigint;
  /** `payer` and `granter` as hashed: checksummed; an empty payer of the transaction stands for its first signer. */
  fee: { amount: readonly CoinValue[]; gas_limit: bigint; payer: string; granter: string };
  messages: readonly Any[];
  memo: string;
  timeoutHeight: bigint;
  tip?: { amount: readonly CoinValue[]; tipper: string } | undefined;
}

/** EIP-155 number of a chain id: the middle of `greenfield_9000-121`. @throws Error on other texts. */
export function evmChainId(chainId: string): number {
  const match = /^[a-z]+_([1-9]\d{0,14})-[1-9]\d*$/.exec(chainId);
  if (!match) throw new Error(`chain id ${JSON.stringify(chainId)}, expected a text like greenfield_9000-121`);
  return Number(match[1]);
}

const domainMembers: readonly Member[] = [
  { name: 'chainId', type: 'uint256' },
  { name: 'name', type: 'string' },
  { name: 'salt', type: 'string' },
  { name: 'verifyingContract', type: 'string' },
  { name: 'version', type: 'string' },
];

const coinMembers: readonly Member[] = [
  { name: 'amount', type: 'uint256' },
  { name: 'denom', type: 'string' },
];

const feeMembers: readonly Member[] = [
  { name: 'amount', type: 'Coin[]' },
  { name: 'gas_limit', type: 'uint256' },
  { name: 'granter', type: 'string' },
  { name: 'payer', type: 'string' },
];

const tipMembers: readonly Member[] = [
  { name: 'amount', type: 'Coin[]' },
  { name: 'tipper', type: 'string' },
];

interface Derived {
  types: DerivedTypes;
  tx: StructValue;
}

function derive(doc: TxSignDoc): Derived {
  const types: DerivedTypes = new Map([
    ['Coin', coinMembers],
    ['Fee', feeMembers],
  ]);
  const members: Member[] = [
    { name: 'account_number', type: 'uint256' },
    { name: 'chain_id', type: 'uint256' },
    { name: 'fee', type: 'Fee' },
    { name: 'memo', type: 'string' },
    { name: 'sequence', type: 'uint256' },
    { name: 'timeout_height', type: 'uint256' },
  ];
  const tx: StructValue = {
    account_number: doc.accountNumber,
    chain_id: BigInt(evmChainId(doc.chainId)),
    fee: { ...doc.fee, amount: doc.fee.amount.map((coin) => ({ ...coin })) },
    memo: doc.memo,
    sequence: doc.sequence,
    timeout_height: doc.timeoutHeight,
  };
  if (doc.tip) {
    types.set('Tip', tipMembers);
    members.push({ name: 'tip', type: 'Tip' });
    tx.tip = { amount: doc.tip.amount.map((coin) => ({ ...coin })), tipper: doc.tip.tipper };
  }
  for (const [i, message] of doc.messages.entries()) {
    members.push({ name: `msg${i + 1}`, type: `Msg${i + 1}` });
    tx[`msg${i + 1}`] = deriveMessage(types, i + 1, message);
  }
  types.set('Tx', members.sort(byName));
  return { types, tx };
}

const byName = (a: Member, b: Member): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

function domainOf(chainId: string, verifyingContract: string): StructValue {
  const name = 'Greenfield Tx';
  return { name, version: '1.0.0', chainId: BigInt(evmChainId(chainId)), verifyingContract, salt: '0' };
}

const domainHashes = new BoundedCache<string, Buffer>(64);

function domainHash(chainId: string, verifyingContract: string): Buffer {
  return domainHashes.getOrMake(`${chainId}|${verifyingContract}`, () =>
    hashStruct(new Map([['EIP712Domain', domainMembers]]), 'EIP712Domain', domainOf(chainId, verifyingContract)),
  );
}

/**
 * The 32 bytes to sign.
 * @throws Error when a message has an unknown type or cannot be signed (its list elements differ in shape)
 */
export function typedDataDigest(doc: TxSignDoc, verifyingContract: string = TX_DOMAINS[0]): Buffer {
  return typedDataDigests(doc, [verifyingContract])[0]!;
}

/** Digests for several domains: the transaction, which is nearly all of the work, is hashed once. */
export function typedDataDigests(doc: TxSignDoc, verifyingContracts: readonly string[] = TX_DOMAINS): Buffer[] {
  const { types, tx } = derive(doc);
  const txHash = hashStruct(types, 'Tx', tx);
  return verifyingContracts.map((contract) =>
    keccak256(Buffer.concat([Buffer.of(0x19, 0x01), domainHash(doc.chainId, contract), txHash])),
  );
}

export interface TypedData {
  types: Record<string, Member[]>;
  primaryType: 'Tx';
  domain: { name: string; version: string; chainId: number; verifyingContract: string; salt: string };
  message: JsonObject;
}

/** The document as wallets take it (`eth_signTypedData_v4`): wide integers as decimal text, bytes as 0x hex. */
export function typedData(doc: TxSignDoc, verifyingContract: string = TX_DOMAINS[0]): TypedData {
  const { types, tx } = derive(doc);
  const all = new Map<string, readonly Member[]>([...types, ['EIP712Domain', domainMembers]]);
  return {
    types: Object.fromEntries([...all].map(([name, members]) => [name, members.map((m) => ({ ...m }))])),
    primaryType: 'Tx',
    domain: {
      name: 'Greenfield Tx',
      version: '1.0.0',
      chainId: evmChainId(doc.chainId),
      verifyingContract,
      salt: '0',
    },
    message: structJson(types, 'Tx', tx),
  };
}

function structJson(types: DerivedTypes, name: string, value: StructValue): JsonObject {
  const out: JsonObject = {};
  for (const member of types.get(name)!) out[member.name] = memberJson(types, member.type, value[member.name]);
  return out;
}

function memberJson(types: DerivedTypes, type: string, value: TypedValue): JsonObject[string] {
  if (Array.isArray(value)) return value.map((item) => memberJson(types, type.slice(0, -2), item));
  if (value === undefined) return null;
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`;
  if (typeof value === 'bigint') return String(value);
  return typeof value === 'object' ? structJson(types, type, value) : value;
}
