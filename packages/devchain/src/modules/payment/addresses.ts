/** Accounts without a key that streams flow to and from (`reference/chain-rpc.md` §9). */
import { addressBytes, derivedAddress } from '@prairie/chain';

const ofModule = (name: string): string => derivedAddress('module', Buffer.from(`payment\0${name}`));

/** Where the balance of an account goes that is settled by force. */
export const GOVERNANCE_STREAM: string = ofModule('governance');

/** Where the tax on storage fees goes. */
export const TAX_POOL_STREAM: string = ofModule('validator-tax-pool');

/** The owner's payment account number `index`, from 0. */
export function paymentAccountAddress(owner: string, index: bigint): string {
  const key = Buffer.alloc(8);
  key.writeBigUInt64LE(index);
  return derivedAddress(addressBytes(owner), key);
}
