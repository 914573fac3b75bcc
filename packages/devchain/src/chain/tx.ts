/** Transactions as the chain sees them: decoded, with the handler of every message. */
import {
  type AnyMessage,
  addressBytes,
  cosmosTxV1beta1,
  type DecodedTx,
  decodeTx as decodeWire,
  type MessageType,
  sha256,
  toChecksumAddress,
  unpackAny,
} from '@prairie/chain';
import type { MessageHandler } from '../context.ts';
import { sdkErrors } from '../sdk-errors.ts';
import type { Registry } from './registry.ts';
import { checkWellFormed } from './well-formed.ts';
import { wireFault } from './wire-fault.ts';

const AUTH_INFO = cosmosTxV1beta1.AuthInfo as unknown as MessageType;

export interface TxMessage {
  typeUrl: string;
  value: AnyMessage;
  handler: MessageHandler;
}

export interface Tx extends DecodedTx {
  bytes: Uint8Array;
  /** 32 bytes. */
  hash: Buffer;
  messages: TxMessage[];
}

/** @throws ChainError sdk/2 when the bytes are no transaction, sdk/6 for a message that no module handles */
export function parseTx(bytes: Uint8Array, registry: Registry): Tx {
  const wire = decoded(bytes);
  if (wire.body.messages.length === 0) throw sdkErrors.invalidRequest('must contain at least one message');
  const messages = wire.body.messages.map((any) => {
    const { value } = unpacked(any);
    const handler = registry.handler(any.type_url);
    if (!handler) throw sdkErrors.unknownRequest(`unrecognized message route: ${any.type_url}`);
    return { typeUrl: any.type_url, value, handler };
  });
  return { ...wire, bytes, hash: sha256(bytes), messages };
}

function decoded(bytes: Uint8Array): DecodedTx {
  try {
    const tx = decodeWire(bytes);
    if (bytes.length === 0) throw new Error('empty transaction');
    checkWellFormed(AUTH_INFO, tx.authInfo);
    return tx;
  } catch (error) {
    const fault = wireFault(bytes);
    throw sdkErrors.txDecode(fault === undefined ? (error as Error).message : `invalid length; ${fault}`);
  }
}

function unpacked(any: { type_url: string; value: Uint8Array }) {
  try {
    const message = unpackAny(any);
    checkWellFormed(message.type, message.value);
    return message;
  } catch (error) {
    throw sdkErrors.txDecode((error as Error).message);
  }
}

/**
 * Who must have signed, checksummed: the distinct signers of all messages in order, and last who pays the fee if the
 * transaction names somebody else.
 * @throws ChainError sdk/7 for what is no address
 */
export function signersOf(tx: Tx): string[] {
  const signers = new Set<string>();
  for (const { handler, value } of tx.messages) {
    for (const signer of handler.signers(value)) signers.add(checkedAddress(signer));
  }
  const payer = tx.authInfo.fee?.payer;
  if (payer) signers.add(checkedAddress(payer));
  return [...signers];
}

export function checkedAddress(text: string): string {
  try {
    return toChecksumAddress(addressBytes(text));
  } catch (error) {
    throw sdkErrors.invalidAddress((error as Error).message);
  }
}

/** Who pays the fee: the payer that the transaction names, else its first signer. */
export function feePayer(tx: Tx): string {
  const named = tx.authInfo.fee?.payer;
  return named ? checkedAddress(named) : signersOf(tx)[0]!;
}
