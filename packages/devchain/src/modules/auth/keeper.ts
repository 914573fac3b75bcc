/** Accounts: numbers, sequences, public keys, and the accounts of modules. */
import { cosmosAuthV1beta1 as auth, cosmosCryptoEthEthsecp256k1, encode, toChecksumAddress } from '@prairie/chain';
import { plainError, type State, type Table } from '../../context.ts';
import { addressKey, u64Key } from '../../keys.ts';
import { numberCodec, textCodec } from '../../state/codecs.ts';
import { StoredParams } from '../params/governed-params.ts';
import { isModuleName, MODULE_ACCOUNTS, type ModuleName, moduleAddress, moduleOfAddress } from './module-accounts.ts';

const PUB_KEY_URL = cosmosCryptoEthEthsecp256k1.PubKey.typeUrl;

export class AccountKeeper {
  private readonly accounts: Table<auth.BaseAccount>;
  private readonly numbers: Table<string>;
  private readonly counters: Table<number>;
  readonly parameters: StoredParams<auth.Params>;

  constructor(state: State) {
    this.accounts = state.table('auth/accounts', auth.BaseAccount);
    this.numbers = state.table('auth/numbers', textCodec);
    this.counters = state.table('auth/counters', numberCodec);
    this.parameters = new StoredParams(state, 'auth/params', auth.Params, { check: checkParams });
  }

  get params(): auth.Params {
    return this.parameters.get();
  }

  account(address: string): auth.BaseAccount | undefined {
    return this.accounts.get(addressKey(address));
  }

  /** Gives the address the next account number, unless it is an account already. */
  ensure(address: string): auth.BaseAccount {
    const present = this.account(address);
    if (present) return present;
    const number = BigInt(this.counters.get('next') ?? 0);
    this.counters.set('next', Number(number) + 1);
    return this.insert({
      address: toChecksumAddress(address),
      account_number: number,
      sequence: 0n,
      pub_key: undefined,
    });
  }

  /** An account as a genesis file lists it, with its own number. */
  insert(account: auth.BaseAccount): auth.BaseAccount {
    const number = Number(account.account_number);
    this.accounts.set(addressKey(account.address), account);
    this.numbers.set(u64Key(account.account_number), account.address);
    if (number >= (this.counters.get('next') ?? 0)) this.counters.set('next', number + 1);
    return account;
  }

  bumpSequence(address: string): void {
    const account = this.ensure(address);
    this.accounts.set(addressKey(address), { ...account, sequence: account.sequence + 1n });
  }

  /** `key` is 33 bytes, compressed. */
  setPublicKey(address: string, key: Uint8Array): void {
    const value = encode(cosmosCryptoEthEthsecp256k1.PubKey, { key });
    this.accounts.set(addressKey(address), { ...this.ensure(address), pub_key: { type_url: PUB_KEY_URL, value } });
  }

  addressOfNumber(number: bigint): string | undefined {
    return this.numbers.get(u64Key(number));
  }

  /** Accounts in the order of their address bytes; keys are those of `addressKey`. */
  list(options: { from?: string; reverse?: boolean } = {}): IterableIterator<[string, auth.BaseAccount]> {
    return this.accounts.range(options);
  }

  moduleAddress(name: ModuleName): string {
    return moduleAddress(name);
  }

  /** The account of a module by its name, made if need be; undefined when there is no such module. */
  moduleAccount(name: string): auth.ModuleAccount | undefined {
    if (!isModuleName(name)) return undefined;
    const base_account = this.ensure(moduleAddress(name));
    return { base_account, name, permissions: [...MODULE_ACCOUNTS[name].permissions] };
  }

  /** Sorted by name. */
  moduleAccounts(): auth.ModuleAccount[] {
    return Object.keys(MODULE_ACCOUNTS)
      .sort()
      .map((name) => this.moduleAccount(name))
      .filter((account) => account !== undefined);
  }

  moduleOf(address: string): ModuleName | undefined {
    return moduleOfAddress(addressKey(address));
  }
}

/** All are positive. @throws ChainError (plain) */
function checkParams(params: auth.Params): void {
  const wrong = Object.entries(params).find(([, value]) => value <= 0n);
  if (wrong) throw plainError(`${wrong[0]} must be positive, got ${wrong[1]}`);
}
