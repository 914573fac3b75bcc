/** The options of every command that runs a chain. */
import { defaultOptions } from '@prairie/devnet/options';
import type { Command } from 'commander';
import { wholeNumber } from '../whole-number.ts';

export interface ChainFlags {
  rpcPort: number;
  restPort?: number;
  blockTime: number;
}

export function withChainOptions(command: Command): Command {
  return command
    .option('--rpc-port <port>', "the chain's port; 0 takes a free one", wholeNumber(0, 65535), defaultOptions.rpcPort)
    .option('--rest-port <port>', 'also serve queries as REST, as explorers want them', wholeNumber(0, 65535))
    .option(
      '--block-time <ms>',
      'time between blocks; 0: a block per transaction',
      wholeNumber(0, 60_000),
      defaultOptions.blockTimeMs,
    );
}
