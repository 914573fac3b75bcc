/** What a chain was told, told to another one. */
import type { BlockTime } from '../../chain/clock.ts';
import { type OpenedWorld, openRandomChain } from './setup.ts';

/** All that a chain was told: fed to another one, it gives the same blocks. */
export interface Script {
  blocks: { time: BlockTime; txs: Buffer[] }[];
}

export interface ReplayOptions {
  /** Default: in memory. */
  directory?: string;
  /** Blocks after which the chain on disk is closed and opened again. */
  reopenEvery?: number;
}

/** The state hash after each block. @throws Error when a transaction is not taken */
export function scriptedHashes(script: Script, { directory, reopenEvery = Infinity }: ReplayOptions = {}): string[] {
  let opened = openRandomChain({ directory });
  try {
    return script.blocks.map(({ time, txs }, index) => {
      if (index > 0 && index % reopenEvery === 0) opened = reopened(opened, directory);
      for (const tx of txs) {
        const { code, log } = opened.chain.submit(tx);
        if (code !== 0) throw new Error(`height ${opened.chain.height + 1}: ${log}`);
      }
      return opened.chain.produceBlock(time).app_hash;
    });
  } finally {
    opened.store.close();
  }
}

function reopened(opened: OpenedWorld, directory: string | undefined): OpenedWorld {
  opened.store.close();
  return openRandomChain({ directory });
}
