/**
 * Keys of the devnet. All of them derive from mnemonics and labels printed here, so that every devnet has the same
 * accounts. They are worthless anywhere else and must never hold real funds.
 */
import { createHash } from 'node:crypto';
import { addressOf, blsPublicKey } from '@prairie/chain';
import { HDKey } from '@scure/bip32';
import { mnemonicToSeedSync } from '@scure/bip39';

/** The mnemonic that development chains of the EVM world share, so wallets and scripts know its accounts. */
export const USER_MNEMONIC = 'test test test test test test test test test test test junk';
export const VALIDATOR_MNEMONIC = 'prosper predict hammer vibrant hungry unhappy trust income live echo horn begin';
export const CHALLENGER_MNEMONIC = 'gentle tower curtain model capital skin tornado this token eagle keen puzzle';

export interface Account {
  /** EIP-55 checksummed. */
  readonly address: string;
  /** 32 bytes, secp256k1. */
  readonly privateKey: Buffer;
}

export interface BlsKey {
  /** 48 bytes. */
  readonly publicKey: Buffer;
  /** 32 bytes. */
  readonly secretKey: Buffer;
}

/** The accounts of a provider (`reference/chain-state-machine.md` §1.3). */
export interface ProviderKeys {
  readonly operator: Account;
  readonly funding: Account;
  readonly seal: Account;
  readonly approval: Account;
  readonly gc: Account;
  readonly maintenance: Account;
  readonly bls: BlsKey;
}

export interface ValidatorKeys {
  readonly validator: Account;
  readonly delegator: Account;
  readonly relayer: Account;
  readonly challenger: Account;
  readonly bls: BlsKey;
}

/** The first `count` accounts of a mnemonic, on Greenfield's HD path (`reference/chain-rpc.md` §9). */
export function mnemonicAccounts(mnemonic: string, count: number): Account[] {
  const branch = HDKey.fromMasterSeed(mnemonicToSeedSync(mnemonic)).derive("m/44'/60'/0'/0");
  return Array.from({ length: count }, (_, index) => accountOf(Buffer.from(branch.deriveChild(index).privateKey!)));
}

export function providerKeys(index: number): ProviderKeys {
  const key = (role: string) => accountOf(labelKey(`sp${index} ${role}`));
  return {
    operator: key('operator'),
    funding: key('funding'),
    seal: key('seal'),
    approval: key('approval'),
    gc: key('gc'),
    maintenance: key('maintenance'),
    bls: blsKeyOf(`sp${index} bls`),
  };
}

export function validatorKeys(): ValidatorKeys {
  return {
    validator: mnemonicAccounts(VALIDATOR_MNEMONIC, 1)[0]!,
    challenger: mnemonicAccounts(CHALLENGER_MNEMONIC, 1)[0]!,
    delegator: accountOf(labelKey('delegator0')),
    relayer: accountOf(labelKey('relayer0')),
    bls: blsKeyOf('validator0 bls'),
  };
}

function accountOf(privateKey: Buffer): Account {
  return { privateKey, address: addressOf(privateKey) };
}

function labelKey(label: string): Buffer {
  return createHash('sha256').update(`prairie devnet ${label}`).digest();
}

/** The two top bits are cleared so that the number is below the order of the BLS12-381 scalar field. */
function blsKeyOf(label: string): BlsKey {
  const secretKey = labelKey(label);
  secretKey[0]! &= 0x3f;
  return { secretKey, publicKey: blsPublicKey(secretKey) };
}
