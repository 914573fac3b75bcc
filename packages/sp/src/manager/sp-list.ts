/** The chain's providers in the table `sp_info` (`reference/tasks-and-manager.md` §8.3, features 23.6). */
import { checksumIfAddress, type greenfieldSp, sameAddress } from '@prairie/chain';
import { backoffMs, type Consensus, type Logger, type SpDb, type SpInfo } from '@prairie/gfsp';
import { pause } from '../common/pause.ts';

export interface SpListOptions {
  operatorAddress: string;
  /**
   * Between two looks at the chain's list (`Parallel.GlobalSyncConsensusInfoInterval`); 0: at the start alone. Default
   * 10 min.
   */
  syncProvidersMs?: number;
}

export interface SpListDependencies {
  consensus: Pick<Consensus, 'listSps'>;
  spdb: Pick<SpDb, 'setSpInfo'>;
  logger: Logger;
}

const INTERVAL_MS = 600_000;
/** After a chain or a database that did not answer. */
const BACKOFF = { baseMs: 1000, maxMs: 60_000 };

export class SpList {
  readonly #options: SpListOptions;
  readonly #dependencies: SpListDependencies;
  /** What was written last, and a write that runs. */
  #written = '';
  #writing: Promise<void> = Promise.resolve();

  constructor(options: SpListOptions, dependencies: SpListDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  /** At once, and then again and again, until the signal. Nothing waits for it to work. */
  async run(signal: AbortSignal): Promise<void> {
    const { consensus, logger } = this.#dependencies;
    const { syncProvidersMs = INTERVAL_MS } = this.#options;
    for (let failures = 0; !signal.aborted; ) {
      try {
        await this.#next(await consensus.listSps());
        failures = 0;
      } catch (error) {
        failures++;
        if (!signal.aborted) logger.debug('the list of providers was not written down', { error });
      }
      if (failures === 0 && syncProvidersMs === 0) break;
      await pause(failures > 0 ? backoffMs(failures, BACKOFF) : syncProvidersMs, signal).catch(() => {});
    }
    await this.#writing;
  }

  /** Somebody has read the chain's list for a purpose of its own: it is written down if it is another one than before. */
  seen(providers: readonly greenfieldSp.StorageProvider[]): void {
    this.#next(providers).catch((error: unknown) => {
      this.#dependencies.logger.debug('the list of providers was not written down', { error });
    });
  }

  /** One after the other. */
  #next(providers: readonly greenfieldSp.StorageProvider[]): Promise<void> {
    const written = this.#writing.then(() => this.#write(providers));
    this.#writing = written.catch(() => {});
    return written;
  }

  async #write(providers: readonly greenfieldSp.StorageProvider[]): Promise<void> {
    const { operatorAddress } = this.#options;
    const { spdb, logger } = this.#dependencies;
    const all = providers.map(spInfo);
    const own = all.filter(({ operator_address }) => sameAddress(operator_address, operatorAddress));
    const rows = [...all, ...own.map((row) => ({ ...row, is_own: true }))];
    const text = rows.map((row) => Object.values(row).join('\n')).join('\n\n');
    if (text === this.#written) return;
    const changes = await spdb.setSpInfo(rows);
    this.#written = text;
    if (changes > 0) logger.info('the list of providers has changed', { providers: all.length, rows: changes });
  }
}

function spInfo(provider: greenfieldSp.StorageProvider): SpInfo {
  const { id, status, endpoint, total_deposit, description } = provider;
  const { moniker = '', identity = '', website = '', security_contact = '', details = '' } = description ?? {};
  return {
    operator_address: checksumIfAddress(provider.operator_address),
    is_own: false,
    id,
    funding_address: checksumIfAddress(provider.funding_address),
    seal_address: checksumIfAddress(provider.seal_address),
    approval_address: checksumIfAddress(provider.approval_address),
    ...{ total_deposit, status, endpoint, moniker, identity, website, security_contact, details },
  };
}
