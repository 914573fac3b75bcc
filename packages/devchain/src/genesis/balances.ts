/** Balances in the bank's part of a genesis file. */
import { sameAddress, toChecksumAddress } from '@prairie/chain';
import { DENOM } from '../coins.ts';
import { type ModuleName, moduleAddress } from '../modules/auth/module-accounts.ts';
import type { GenesisJson } from './shapes.ts';

interface Entry {
  address: string;
  coins: { denom: string; amount: string }[];
}

/** In wei. */
export function balanceOf(bank: GenesisJson, address: string): bigint {
  const entry = (bank.balances as Entry[]).find((candidate) => sameAddress(candidate.address, address));
  return BigInt(entry?.coins.find(({ denom }) => denom === DENOM)?.amount ?? 0);
}

/** Zero takes the account out of the list. */
export function setBalance(bank: GenesisJson, address: string, amount: bigint): void {
  const others = (bank.balances as Entry[]).filter((entry) => !sameAddress(entry.address, address));
  const own = { address: toChecksumAddress(address), coins: [{ denom: DENOM, amount: amount.toString() }] };
  bank.balances = amount === 0n ? others : [...others, own];
}

export function addBalance(bank: GenesisJson, address: string, amount: bigint): void {
  setBalance(bank, address, balanceOf(bank, address) + amount);
}

/** Takes all coins of a module's account. Returns how many they were, in wei. */
export function emptied(bank: GenesisJson, module: ModuleName): bigint {
  const held = balanceOf(bank, moduleAddress(module));
  setBalance(bank, moduleAddress(module), 0n);
  return held;
}
