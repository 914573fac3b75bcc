/** `--genesis FILE`: the genesis file of another network. */
import { readFileSync } from 'node:fs';
import type { DevnetOptions } from '@prairie/devnet/options';
import { UsageError } from '../output.ts';

/** What is in it is checked when the chain begins. */
export function genesisFile(path: string): Pick<DevnetOptions, 'chainId' | 'genesis'> {
  let genesis: unknown;
  try {
    genesis = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`${path}: ${(error as Error).message}`, 'name the genesis.json of a network with --genesis');
  }
  const { chain_id } = (genesis ?? {}) as { chain_id?: unknown };
  return { chainId: String(chain_id), genesis };
}

/** What a fork lacks, for people. */
export const differencesText = (file: string, differences: readonly string[]): string =>
  [`not as in ${file}:`, ...differences.map((line) => `  ${line}`)].join('\n');
