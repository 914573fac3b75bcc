/** Accounts that modules own (`reference/chain-rpc.md` §9). */
import { sha256, toChecksumAddress } from '@prairie/chain';

export interface ModuleAccountSpec {
  readonly permissions: readonly string[];
  /** Whether users may send coins to it. */
  readonly receives: boolean;
}

/** In the order in which the recorded chain numbers them. */
export const MODULE_ACCOUNTS = {
  fee_collector: { permissions: [], receives: false },
  distribution: { permissions: [], receives: true },
  bonded_tokens_pool: { permissions: ['burner', 'staking'], receives: false },
  not_bonded_tokens_pool: { permissions: ['burner', 'staking'], receives: false },
  gov: { permissions: ['burner'], receives: true },
  crosschain: { permissions: ['minter'], receives: false },
  sp: { permissions: ['staking'], receives: false },
  virtualgroup: { permissions: [], receives: false },
  payment: { permissions: ['burner', 'staking'], receives: false },
  bridge: { permissions: [], receives: false },
  permission: { permissions: [], receives: false },
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
