/** Accounts that modules own (`reference/chain-rpc.md` §9). */
import { sha256, toChecksumAddress } from '@prairie/chain';

export interface ModuleAccountSpec {
  readonly permissions: readonly string[];
  /** Whether users may send coins to it. */
  readonly receives: boolean;
  /** Whether it exists from genesis on; the others are made, and numbered, when they are first asked for or paid. */
  readonly atGenesis: boolean;
}

/** In the order in which the recorded chain numbers them. */
export const MODULE_ACCOUNTS = {
  fee_collector: { permissions: [], receives: false, atGenesis: true },
  distribution: { permissions: [], receives: true, atGenesis: true },
  bonded_tokens_pool: { permissions: ['burner', 'staking'], receives: false, atGenesis: true },
  not_bonded_tokens_pool: { permissions: ['burner', 'staking'], receives: false, atGenesis: true },
  gov: { permissions: ['burner'], receives: true, atGenesis: true },
  crosschain: { permissions: ['minter'], receives: false, atGenesis: true },
  sp: { permissions: ['staking'], receives: false, atGenesis: true },
  virtualgroup: { permissions: [], receives: false, atGenesis: true },
  payment: { permissions: ['burner', 'staking'], receives: false, atGenesis: false },
  bridge: { permissions: [], receives: false, atGenesis: false },
  permission: { permissions: [], receives: false, atGenesis: false },
} as const satisfies Record<string, ModuleAccountSpec>;

export type ModuleName = keyof typeof MODULE_ACCOUNTS;

export const isModuleName = (name: string): name is ModuleName => Object.hasOwn(MODULE_ACCOUNTS, name);

/** First 20 bytes of the SHA-256 of the name, EIP-55. */
export const moduleAddress = (name: ModuleName): string => addresses[name];

const addresses = Object.fromEntries(
  Object.keys(MODULE_ACCOUNTS).map((name) => [name, toChecksumAddress(sha256(Buffer.from(name)).subarray(0, 20))]),
) as Record<ModuleName, string>;

/** The module that owns an address, in any case and with or without `0x`. */
export const moduleOfAddress = (addressKey: string): ModuleName | undefined => byKey.get(addressKey);

const byKey = new Map(
  Object.entries(addresses).map(([name, address]) => [address.slice(2).toLowerCase(), name as ModuleName]),
);
