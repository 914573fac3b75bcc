import { greenfieldSp } from '@prairie/chain';
import { type Consensus, type Logger, retry, sleep } from '@prairie/gfsp';

export interface HealthCheckerOptions {
  /** This provider, which is not asked. */
  operatorAddress: string;
  /** Pause between two rounds. Default 10 s (`reference/tasks-and-manager.md` §9.1). */
  intervalMs?: number;
  /** Times that a provider is asked before it counts as ill, a second apart. Default 5. */
  attempts?: number;
}

/** Asks a provider whether it is well; `SpClient.status` of `@prairie/client` is one. Throws when it is not. */
export type Probe = (endpoint: string, signal: AbortSignal) => Promise<void>;

export interface HealthCheckerDependencies {
  consensus: Consensus;
  probe: Probe;
  logger: Logger;
}

const INTERVAL_MS = 10_000;
const RETRY_MS = 1000;
/** An answer may take so long (§9.1). */
const TIMEOUT_MS = 60_000;
const IN_SERVICE = greenfieldSp.Status.STATUS_IN_SERVICE;

/** Which providers answer their /status. Off by default: a provider that fails at work is left alone anyhow (§9.7). */
export class HealthChecker {
  readonly #options: HealthCheckerOptions;
  readonly #dependencies: HealthCheckerDependencies;
  #ill: ReadonlySet<number> = new Set();

  constructor(options: HealthCheckerOptions, dependencies: HealthCheckerDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  /** Of one that nobody knows: yes. */
  isHealthy(spId: number): boolean {
    return !this.#ill.has(spId);
  }

  /** Rounds until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#round(signal);
      } catch (error) {
        if (!signal.aborted) this.#dependencies.logger.warn('the health of providers is not known', { error });
      }
      await sleep(this.#options.intervalMs ?? INTERVAL_MS, signal).catch(() => {});
    }
  }

  /** Who is well again counts at once; who is newly ill only while enough are left for a group. */
  async #round(signal: AbortSignal): Promise<void> {
    const { consensus, logger } = this.#dependencies;
    const [providers, { versioned_params }] = await Promise.all([consensus.listSps(), consensus.storageParams(0n)]);
    const own = this.#options.operatorAddress.toLowerCase();
    const others = providers.filter(({ operator_address }) => operator_address.toLowerCase() !== own);
    const well = await Promise.all(others.map((provider) => this.#isWell(provider, signal)));
    const found = new Set(others.filter((_, index) => !well[index]).map(({ id }) => id));
    const needed = versioned_params.redundant_data_chunk_num + versioned_params.redundant_parity_chunk_num;
    const before = this.#ill;
    const enough = others.length - found.size >= needed;
    this.#ill = enough ? found : new Set([...before].filter((id) => found.has(id)));
    const changed = [...found].some((id) => !before.has(id)) || [...before].some((id) => !found.has(id));
    if (changed) logger.warn('the health of providers changed', { ill: [...found], avoided: [...this.#ill] });
  }

  async #isWell({ status, endpoint }: greenfieldSp.StorageProvider, signal: AbortSignal): Promise<boolean> {
    if (status !== IN_SERVICE) return false;
    const either = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const attempts = this.#options.attempts ?? 5;
    try {
      await retry({ attempts, baseMs: RETRY_MS, maxMs: RETRY_MS, signal: either }, () =>
        this.#dependencies.probe(endpoint, either),
      );
      return true;
    } catch {
      return false;
    }
  }
}
