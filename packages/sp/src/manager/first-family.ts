import { type Logger, retry } from '@prairie/gfsp';
import type { VirtualGroups } from './virtual-groups.ts';

export interface FirstFamilyOptions {
  /** How long the start waits for the provider's first family; then it goes on in the background. Default 15 s. */
  familyTimeoutMs?: number;
}

export interface FirstFamilyDependencies {
  groups: VirtualGroups;
  logger: Logger;
}

/** Sees to it that the provider can be given buckets (features 17.11). */
export class FirstFamily {
  readonly #patienceMs: number;
  readonly #dependencies: FirstFamilyDependencies;

  constructor(options: FirstFamilyOptions, dependencies: FirstFamilyDependencies) {
    this.#patienceMs = options.familyTimeoutMs ?? 15_000;
    this.#dependencies = dependencies;
  }

  /** Waits for the first family, but not for ever: without enough other providers there can be none yet. */
  async ensure(signal: AbortSignal): Promise<{ isThere: boolean; made: Promise<void> }> {
    const { groups, logger } = this.#dependencies;
    let isThere = false;
    const made = retry({ attempts: 20, baseMs: 500, maxMs: 60_000, signal }, () => groups.ensureFamily()).then(
      () => {
        isThere = true;
      },
      (error: unknown) => {
        if (signal.aborted) return;
        logger.error('this provider has no virtual group family: buckets cannot be created', { error });
      },
    );
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#patienceMs);
    });
    await Promise.race([made, patience]);
    clearTimeout(timer);
    return { isThere, made };
  }
}
