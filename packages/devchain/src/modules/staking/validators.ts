/** Validators by operator, by what else belongs to one alone, and by voting power. */
import {
  cosmosCryptoEd25519,
  decode,
  type googleProtobuf,
  sha256,
  cosmosStakingV1beta1 as staking,
  toChecksumAddress,
} from '@prairie/chain';
import { POWER_REDUCTION } from '../../chain/validator.ts';
import type { State, Table } from '../../context.ts';
import { addressKey, joinKey, u64Key } from '../../keys.ts';
import { bigintCodec, presentCodec, textCodec } from '../../state/codecs.ts';
import { timeKey } from '../permission/time.ts';

export type Validator = staking.Validator;

const { BOND_STATUS_BONDED, BOND_STATUS_UNBONDING } = staking.BondStatus;
const MAX_U64 = 2n ** 64n - 1n;

/** Whole BNB. */
export const powerOf = ({ tokens }: Pick<Validator, 'tokens'>): bigint => tokens / POWER_REDUCTION;

export const isBonded = ({ status }: Pick<Validator, 'status'>): boolean => status === BOND_STATUS_BONDED;

/** EIP-55 form of the first 20 bytes of the key's SHA-256. */
export function consensusAddress(key: googleProtobuf.Any | undefined): string {
  const { key: bytes } = decode(cosmosCryptoEd25519.PubKey, key?.value ?? new Uint8Array(0));
  return toChecksumAddress(sha256(bytes).subarray(0, 20));
}

/** What no two validators share. */
export type Identity = 'consensus' | 'relayer' | 'challenger' | 'bls';

export class Validators {
  /** By operator. */
  readonly table: Table<Validator>;
  /** Power that counts: of validators that are in the set, since the last block. */
  readonly lastPowers: Table<bigint>;
  private readonly identities: Table<string>;
  private readonly powers: Table<true>;
  private readonly unbonding: Table<true>;
  private readonly changed: Table<true>;

  constructor(state: State) {
    this.table = state.table('staking/validators', staking.Validator);
    this.lastPowers = state.table('staking/last-powers', bigintCodec);
    this.identities = state.table('staking/identities', textCodec);
    this.powers = state.table('staking/powers', presentCodec);
    this.unbonding = state.table('staking/unbonding-validators', presentCodec);
    this.changed = state.table('staking/set-changed', presentCodec);
  }

  get(operator: string): Validator | undefined {
    return this.table.get(addressKey(operator));
  }

  /** `value` is an address, or the hex of a BLS key. */
  by(identity: Identity, value: string): Validator | undefined {
    const key = this.identities.get(joinKey(identity, addressKey(value)));
    return key === undefined ? undefined : this.table.get(key);
  }

  set(validator: Validator): void {
    const key = addressKey(validator.operator_address);
    const before = this.table.get(key);
    this.table.set(key, validator);
    this.reindex(key, before, validator);
    this.noteChange(key);
  }

  remove(validator: Validator): void {
    const key = addressKey(validator.operator_address);
    const before = this.table.get(key);
    this.table.delete(key);
    this.reindex(key, before, undefined);
  }

  /** Those that are not jailed, by power; of equal power, by operator. */
  *byPower(): IterableIterator<Validator> {
    for (const [key] of this.powers.range()) yield this.table.get(key.slice(key.indexOf('!') + 1))!;
  }

  setLastPower(operator: string, power: bigint | undefined): void {
    const key = addressKey(operator);
    this.changed.set('', true);
    if (power === undefined) this.lastPowers.delete(key);
    else this.lastPowers.set(key, power);
  }

  /** The set, in no order of importance. */
  inSet(): Validator[] {
    return Array.from(this.lastPowers.range(), ([key]) => this.table.get(key)!);
  }

  /** Whether the set, or a validator in it, is another than when this was last asked. */
  takeChange(): boolean {
    const changed = this.changed.has('');
    this.changed.delete('');
    return changed;
  }

  /** Validators whose unbonding is over, oldest first. */
  *mature(now: googleProtobuf.Timestamp): IterableIterator<Validator> {
    const end = timeKey(now);
    for (const [key] of this.unbonding.range()) {
      const [time, operator] = key.split('!') as [string, string];
      if (time > end) return;
      yield this.table.get(operator)!;
    }
  }

  private noteChange(key: string): void {
    if (this.lastPowers.has(key)) this.changed.set('', true);
  }

  private reindex(key: string, before: Validator | undefined, after: Validator | undefined): void {
    moveKeys(this.identities, identitiesOf(before), identitiesOf(after), key);
    moveKeys(this.powers, powerKeys(before), powerKeys(after), true);
    moveKeys(this.unbonding, unbondingKeys(before), unbondingKeys(after), true);
  }
}

function moveKeys<V>(table: Table<V>, before: string[], after: string[], value: V): void {
  for (const key of before) if (!after.includes(key)) table.delete(key);
  for (const key of after) if (!before.includes(key)) table.set(key, value);
}

function identitiesOf(validator: Validator | undefined): string[] {
  if (!validator) return [];
  const values: Record<Identity, string> = {
    consensus: addressKey(consensusAddress(validator.consensus_pubkey)),
    relayer: addressKey(validator.relayer_address),
    challenger: addressKey(validator.challenger_address),
    bls: Buffer.from(validator.bls_key).toString('hex'),
  };
  return Object.entries(values).map(([identity, value]) => joinKey(identity, value));
}

/** The highest power comes first. */
function powerKeys(validator: Validator | undefined): string[] {
  if (!validator || validator.jailed) return [];
  return [joinKey(u64Key(MAX_U64 - powerOf(validator)), addressKey(validator.operator_address))];
}

function unbondingKeys(validator: Validator | undefined): string[] {
  if (validator?.status !== BOND_STATUS_UNBONDING) return [];
  return [joinKey(timeKey(validator.unbonding_time!), addressKey(validator.operator_address))];
}
