/** The one validator: its identity from the genesis file, and the consensus key that signs blocks. */
import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { addressBytes, sha256, toChecksumAddress } from '@prairie/chain';
import { validatorsHash } from './hashes.ts';

const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Tokens that make one unit of voting power. */
export const POWER_REDUCTION = 10n ** 18n;

/** An ed25519 key that follows from the chain id: every devnet of that id has the same, and a restart needs no file. */
export class ConsensusKey {
  readonly publicKey: Buffer;
  /** Upper-case hex of the first 20 bytes of the key's SHA-256. */
  readonly address: string;
  private readonly key: KeyObject;

  constructor(seed: Uint8Array) {
    if (seed.length !== 32) throw new Error(`consensus key seed has ${seed.length} bytes, expected 32`);
    this.key = createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });
    this.publicKey = createPublicKey(this.key).export({ format: 'der', type: 'spki' }).subarray(-32);
    this.address = sha256(this.publicKey).subarray(0, 20).toString('hex').toUpperCase();
  }

  static ofChain(chainId: string): ConsensusKey {
    return new ConsensusKey(sha256(Buffer.from(`prairie devchain consensus key ${chainId}`)));
  }

  sign(message: Uint8Array): Buffer {
    return sign(null, message, this.key);
  }
}

export interface ValidatorInfo {
  moniker: string;
  operator: string;
  delegator: string;
  relayer: string;
  challenger: string;
  blsKey: Buffer;
  tokens: bigint;
  power: bigint;
  description: { moniker: string; identity: string; website: string; security_contact: string; details: string };
  commission: { rate: string; max_rate: string; max_change_rate: string };
  minSelfDelegation: bigint;
}

/** @throws Error when the genesis file has not exactly one creation of a validator */
// biome-ignore lint/suspicious/noExplicitAny: proto JSON of a genesis file
export function validatorOfGenesis(appState: any): ValidatorInfo {
  const messages = (appState.genutil?.gen_txs ?? []).flatMap(
    (tx: { body: { messages: unknown[] } }) => tx.body.messages,
  );
  if (messages.length !== 1)
    throw new Error(`genutil.gen_txs: one MsgCreateValidator expected, got ${messages.length}`);
  const [msg] = messages;
  const tokens = BigInt(msg.value.amount);
  return {
    moniker: msg.description.moniker,
    operator: toChecksumAddress(msg.validator_address),
    delegator: toChecksumAddress(msg.delegator_address),
    relayer: toChecksumAddress(msg.relayer_address),
    challenger: toChecksumAddress(msg.challenger_address),
    blsKey: Buffer.from(msg.bls_key, 'hex'),
    tokens,
    power: tokens / POWER_REDUCTION,
    description: msg.description,
    commission: msg.commission,
    minSelfDelegation: BigInt(msg.min_self_delegation),
  };
}

export function validatorSetHash(key: ConsensusKey, info: ValidatorInfo): Buffer {
  const relayer = addressBytes(info.relayer);
  return validatorsHash({ publicKey: key.publicKey, power: info.power, blsKey: info.blsKey, relayer });
}
