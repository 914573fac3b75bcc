/** Transactions: building, signing, decoding and verifying (`reference/chain-rpc.md` §10, §13). */
// messages are looked up by name: all tables have to be there
import './proto/generated/index.ts';
import { addressFromPublicKey, sameAddress, toChecksumAddress } from './address.ts';
import { addressOf, publicKeyOf, recoverPublicKey, SignatureError, signDigest } from './ecdsa.ts';
import { TX_DOMAINS, type TxSignDoc, typedDataDigest, typedDataDigests } from './eip712.ts';
import { sha256 } from './hash.ts';
import { decode } from './proto/decode.ts';
import { type AnyMessage, type Init, type MessageType, messageTypeByUrl } from './proto/define.ts';
import { encode } from './proto/encode.ts';
import type { Coin } from './proto/generated/cosmos.base.v1beta1.ts';
import { PubKey } from './proto/generated/cosmos.crypto.eth.ethsecp256k1.ts';
import { SignMode } from './proto/generated/cosmos.tx.signing.v1beta1.ts';
import { AuthInfo, type Fee, TxBody, TxRaw } from './proto/generated/cosmos.tx.v1beta1.ts';
import type { Any } from './proto/generated/google.protobuf.ts';

/** Base unit of all amounts: 10⁻¹⁸ BNB. */
export const DENOM = 'BNB';

/** Default minimum gas price of a node, in base units. */
export const MIN_GAS_PRICE = 5_000_000_000n;

/** Length beyond which a node refuses a transaction, and from which each byte costs {@link GAS_PER_BYTE}. */
export const MAX_TX_BYTES = 65536;
export const SIZE_GAS_FROM = 32768;
export const GAS_PER_BYTE = 5n;

/** What a transaction offers to pay. `granter` is charged when set, else `payer` (default: the first signer). */
export interface TxFee {
  gasLimit: bigint;
  /** Whole amount in base units. */
  amount: bigint;
  payer?: string;
  granter?: string;
}

export function feeOf(gasLimit: bigint, gasPrice: bigint = MIN_GAS_PRICE): TxFee {
  return { gasLimit, amount: gasLimit * gasPrice };
}

/** Fees that providers offer without asking: enough for several such messages in one transaction (§6.3). */
export const FIXED_FEES = {
  seal: feeOf(1200n),
  rejectSeal: feeOf(12000n),
} as const;

/** A message of a transaction with its type. */
export interface TxMessage {
  type: MessageType;
  value: AnyMessage;
}

/** Ties a value to its message type: `txMessage(storage.MsgSealObject, { … })`. */
export function txMessage<T>(type: MessageType<T>, value: Init<T>): TxMessage {
  return { type: type as unknown as MessageType, value: type.create(value) as AnyMessage };
}

/** A value packed with its type URL. */
export function packAny<T>(type: MessageType<T>, value: Init<T>): Any {
  return { type_url: type.typeUrl, value: encode(type, value) };
}

/** The value inside an Any, by its type URL. @throws Error when the type is unknown or the bytes malformed. */
export function unpackAny(any: Any): TxMessage {
  const type = messageTypeByUrl(any.type_url);
  if (!type) throw new Error(`unknown type ${JSON.stringify(any.type_url)} in an Any`);
  return { type, value: decode(type, any.value) };
}

/** Who signs, as a transaction names them. */
export interface SignerInfo {
  /** 33 bytes. Absent for an account that a development chain lets anyone act for. */
  publicKey?: Uint8Array | undefined;
  sequence: bigint;
}

export interface TxOptions extends SignerInfo {
  messages: readonly TxMessage[];
  fee: TxFee;
  memo?: string;
  timeoutHeight?: bigint;
  /** Further signers, when the messages (or a payer who signs none of them) have several: in the messages' order. */
  cosigners?: readonly SignerInfo[];
}

const coinsOf = (amount: bigint): Coin[] => [{ denom: DENOM, amount }];

/** Body and auth info as they go on the wire. Addresses in the fee are checksummed: the chain hashes them so. */
function partsOf(options: TxOptions): { body: TxBody; authInfo: AuthInfo } {
  const body = TxBody.create({
    messages: options.messages.map((m) => packAny(m.type, m.value)),
    memo: options.memo ?? '',
    timeout_height: options.timeoutHeight ?? 0n,
  });
  const { fee } = options;
  const authInfo = AuthInfo.create({
    signer_infos: [options, ...(options.cosigners ?? [])].map(({ publicKey, sequence }) => ({
      public_key: publicKey && packAny(PubKey, { key: publicKey }),
      mode_info: { single: { mode: SignMode.SIGN_MODE_EIP_712 } },
      sequence,
    })),
    fee: {
      amount: coinsOf(fee.amount),
      gas_limit: fee.gasLimit,
      payer: fee.payer ? toChecksumAddress(fee.payer) : '',
      granter: fee.granter ? toChecksumAddress(fee.granter) : '',
    },
  });
  return { body, authInfo };
}

const rawTx = (body: TxBody, authInfo: AuthInfo, signatures: Uint8Array[]): Buffer =>
  encode(TxRaw, { body_bytes: encode(TxBody, body), auth_info_bytes: encode(AuthInfo, authInfo), signatures });

/** Bytes of a transaction with the signature given; without one, as `simulate` takes it. */
export function buildTx(options: TxOptions, signature: Uint8Array = new Uint8Array(0)): Buffer {
  const { body, authInfo } = partsOf(options);
  return rawTx(
    body,
    authInfo,
    authInfo.signer_infos.map(() => signature),
  );
}

/** A key and its account as it is when the transaction runs. */
export interface TxSigner {
  /** 32 bytes. */
  privateKey: Uint8Array;
  accountNumber: bigint;
  sequence: bigint;
}

export interface SignTxOptions extends TxSigner, Omit<TxOptions, 'publicKey' | 'cosigners'> {
  chainId: string;
  /** One of {@link TX_DOMAINS}; the first is accepted by every version of the chain. */
  domain?: string;
  /** Further signers, as in {@link TxOptions}. A node takes at most 7 in all. */
  cosigners?: readonly TxSigner[];
}

export interface SignedTx {
  bytes: Buffer;
  /** Upper-case hex. */
  hash: string;
}

/**
 * A signed transaction. The first signer pays the fee unless `fee.payer` says otherwise: another payer signs too.
 * @throws Error when a message cannot be signed (see {@link typedDataDigest})
 */
export function signTx(options: SignTxOptions): SignedTx {
  const { cosigners = [], ...rest } = options;
  const signers = [options, ...cosigners];
  const [first, ...others] = signers.map((s) => ({ publicKey: publicKeyOf(s.privateKey), sequence: s.sequence }));
  const payer = options.fee.payer ?? addressOf(options.privateKey);
  const parts = partsOf({ ...rest, ...first!, cosigners: others, fee: { ...options.fee, payer } });
  const signatures = signers.map(({ privateKey, accountNumber, sequence }) => {
    const doc = signDocOf(parts, { chainId: options.chainId, accountNumber, sequence, signer: payer });
    return signDigest(privateKey, typedDataDigest(doc, options.domain));
  });
  const bytes = rawTx(parts.body, parts.authInfo, signatures);
  return { bytes, hash: txHash(bytes) };
}

export interface UnsignedTxOptions extends Omit<TxOptions, 'cosigners'> {
  /** 33 bytes. */
  publicKey: Uint8Array;
  accountNumber: bigint;
  chainId: string;
  /** As in {@link SignTxOptions}. */
  domain?: string;
}

/** A transaction of one signer, before the signature: whoever has the key signs `digest`. */
export interface UnsignedTx {
  readonly digest: Buffer;
  signed(signature: Uint8Array): SignedTx;
}

/** For keys that are not here. @throws Error when a message cannot be signed (see {@link typedDataDigest}) */
export function unsignedTx(options: UnsignedTxOptions): UnsignedTx {
  const { chainId, accountNumber, sequence } = options;
  const payer = options.fee.payer ?? addressFromPublicKey(options.publicKey);
  const parts = partsOf({ ...options, fee: { ...options.fee, payer } });
  const doc = signDocOf(parts, { chainId, accountNumber, sequence, signer: payer });
  return {
    digest: typedDataDigest(doc, options.domain),
    signed(signature) {
      const bytes = rawTx(parts.body, parts.authInfo, [signature]);
      return { bytes, hash: txHash(bytes) };
    },
  };
}

export interface DecodedTx {
  body: TxBody;
  authInfo: AuthInfo;
  signatures: Uint8Array[];
  /** Length on the wire. */
  size: number;
}

/** @throws Error when the bytes are no transaction. Messages stay packed: see {@link unpackAny}. */
export function decodeTx(bytes: Uint8Array): DecodedTx {
  const raw = decode(TxRaw, bytes);
  return {
    body: decode(TxBody, raw.body_bytes),
    authInfo: decode(AuthInfo, raw.auth_info_bytes),
    signatures: raw.signatures,
    size: bytes.length,
  };
}

/** Upper-case hex of the SHA-256 of the bytes. */
export function txHash(bytes: Uint8Array): string {
  return sha256(bytes).toString('hex').toUpperCase();
}

export interface SignerContext {
  chainId: string;
  accountNumber: bigint;
  sequence: bigint;
  /** First signer of the messages: pays the fee when the transaction names no payer. */
  signer: string;
}

/** What the signature of a transaction covers, as seen from one account. */
export function signDocOf(tx: Pick<DecodedTx, 'body' | 'authInfo'>, context: SignerContext): TxSignDoc {
  const fee: Fee | undefined = tx.authInfo.fee;
  return {
    chainId: context.chainId,
    accountNumber: context.accountNumber,
    sequence: context.sequence,
    fee: {
      amount: fee?.amount ?? [],
      gas_limit: fee?.gas_limit ?? 0n,
      payer: toChecksumAddress(fee?.payer || context.signer),
      granter: fee?.granter ? toChecksumAddress(fee.granter) : '',
    },
    messages: tx.body.messages,
    memo: tx.body.memo,
    timeoutHeight: tx.body.timeout_height,
    tip: tx.authInfo.tip,
  };
}

/** 33-byte public key of signer `index`; undefined when the transaction carries none. */
export function publicKeyInTx(tx: Pick<DecodedTx, 'authInfo'>, index = 0): Uint8Array | undefined {
  const any = tx.authInfo.signer_infos[index]?.public_key;
  if (!any || any.type_url !== PubKey.typeUrl) return undefined;
  return decode(PubKey, any.value).key;
}

/**
 * The domain under which a signature of the transaction is `account`'s; undefined when under none.
 * @throws Error when the transaction cannot be hashed (unknown message type)
 */
export function verifyTxSignature(
  doc: TxSignDoc,
  signature: Uint8Array,
  account: string,
  domains: readonly string[] = TX_DOMAINS,
): string | undefined {
  const digests = typedDataDigests(doc, domains);
  const at = digests.findIndex((digest) => {
    try {
      return sameAddress(addressFromPublicKey(recoverPublicKey(digest, signature, { legacyV: true })), account);
    } catch (error) {
      if (error instanceof SignatureError) return false;
      throw error;
    }
  });
  return domains[at];
}
