/** The eight recorded providers, in this process: their keys, their domains, their settings. */
import type { Logger, PieceStore, SpDb } from '@prairie/gfsp';
import { WorkerPool } from '@prairie/redundancy';
import { Provider, type ProviderSettings } from '@prairie/sp';
import type { Keys, ProviderKeysFile } from './recording.ts';

/** What a provider keeps, for those who look into it. */
export interface Stores {
  spdb: SpDb;
  pieceStore: PieceStore;
}

export interface ProvidersOptions {
  keys: Keys;
  rpcUrl: string;
  /** Ports by the recorded names. */
  ports: ReadonlyMap<string, number>;
  /** By the recorded names; they are closed with their providers. */
  storesOf?: (name: string) => Stores;
}

/** Their recorded software said so in `/status`. */
const VERSION = '1.10.1';

export class Providers {
  readonly #pool = new WorkerPool();
  readonly #running = new Map<string, Provider>();

  async start({ keys, rpcUrl, ports, storesOf }: ProvidersOptions, { logger }: { logger: Logger }): Promise<void> {
    for (const [name, own] of Object.entries(keys.storage_providers)) {
      const settings = settingsOf(own, { chainId: keys.chain_id, rpcUrl, port: ports.get(name)! });
      const stores = storesOf?.(name);
      const extensions = stores ? [{ parts: { spdb: () => stores.spdb, pieceStore: () => stores.pieceStore } }] : [];
      const dependencies = { logger: logger.child({ sp: name }), pool: this.#pool, extensions };
      this.#running.set(name, await Provider.open(settings, dependencies));
    }
    await Promise.all([...this.#running.values()].map((provider) => provider.start()));
  }

  /** Resolves when the tables of all of them hold a block. @throws Error when one falls behind */
  async follow(height: number): Promise<void> {
    const signal = AbortSignal.timeout(FOLLOW_MS);
    const waits = [...this.#running].map(async ([name, { blocksyncer }]) => {
      for await (const reached of blocksyncer!.heights(signal)) if (reached >= BigInt(height)) return;
      throw new Error(`${name} does not follow the chain to height ${height}`);
    });
    await Promise.all(waits);
  }

  async stop(): Promise<void> {
    await Promise.allSettled([...this.#running.values()].map((provider) => provider.stop()));
    await this.#pool.close();
  }
}

const FOLLOW_MS = 30_000;

function settingsOf(
  own: ProviderKeysFile,
  { chainId, rpcUrl, port }: { chainId: string; rpcUrl: string; port: number },
): ProviderSettings {
  const key = (hex: string) => Buffer.from(hex, 'hex');
  return {
    services: [],
    operatorAddress: own.OperatorAddress,
    version: VERSION,
    chain: { rpcUrls: [rpcUrl], chainId },
    dataDir: undefined,
    modules: {
      gateway: {
        host: '127.0.0.1',
        port,
        domains: [own.domain_name],
        // `fixtures/README.md`: sp1 had its debug queries open from section F on, and was not asked for them before
        env: own.on_chain_id === 2 ? 'testnet' : 'mainnet',
        openQueries: true,
      },
      signer: {
        keys: {
          operator: key(own.OperatorPrivateKey),
          seal: key(own.SealPrivateKey),
          approval: key(own.ApprovalPrivateKey),
          gc: key(own.GcPrivateKey),
          bls: key(own.BlsPrivateKey),
        },
      },
    },
  };
}
