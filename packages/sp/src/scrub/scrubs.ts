/** The scrubbing of a provider: in the background, and when somebody asks for it. */
import type { Consensus, Metadata, Scrubbing, ScrubReport, ScrubRequest, ScrubStatus, SpDb } from '@prairie/gfsp';
import { GfSpError } from '@prairie/gfsp';
import { managerErrors } from '../manager/errors.ts';
import { type BackgroundDependencies, type BackgroundOptions, BackgroundScrub } from './background.ts';
import { Pace } from './pace.ts';
import { passOver } from './pass.ts';
import { allRows, rowsOfBucket, rowsOfObject } from './rows.ts';
import { Scrubber, type ScrubberDependencies, type ScrubberOptions } from './scrubber.ts';

export interface ScrubsOptions extends ScrubberOptions, BackgroundOptions {}

export interface ScrubsDependencies extends ScrubberDependencies, Omit<BackgroundDependencies, 'spdb' | 'scrubber'> {
  spdb: SpDb;
  consensus: Consensus;
  client: { readonly metadata: Pick<Metadata, 'listObjectsByBucket' | 'listObjectsByIds'> };
}

/** Passes beside that of the background: each reads one piece at a time. */
const MAX_PASSES = 4;

export class Scrubs implements Scrubbing {
  readonly #dependencies: ScrubsDependencies;
  readonly #scrubber: Scrubber;
  readonly #background: BackgroundScrub;
  readonly #stopping = new AbortController();
  #passes = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(options: ScrubsOptions, dependencies: ScrubsDependencies) {
    this.#dependencies = dependencies;
    this.#scrubber = new Scrubber(options, dependencies);
    this.#background = new BackgroundScrub(options, { ...dependencies, scrubber: this.#scrubber });
  }

  start(): void {
    this.#running = this.#background.run(this.#stopping.signal);
  }

  /** How far the background is, is written down; passes that were asked for end with their next piece. */
  async stop(): Promise<void> {
    this.#stopping.abort(managerErrors.exceeded('the manager is stopping, try again later'));
    await this.#running;
  }

  async scrubStatus(): Promise<ScrubStatus> {
    return this.#background.status().catch((error: unknown) => {
      throw managerErrors.database(`failed to read how far the scrubbing is: ${GfSpError.from(error).message}`, error);
    });
  }

  async *scrub(request: ScrubRequest, signal: AbortSignal): AsyncGenerator<ScrubReport> {
    if (this.#passes >= MAX_PASSES) {
      throw managerErrors.exceeded(`${MAX_PASSES} passes run already, try again when one of them has ended`);
    }
    this.#passes += 1;
    try {
      const end = AbortSignal.any([signal, this.#stopping.signal]);
      const pace = new Pace({ bytesPerSecond: Number(request.bytes_per_second) });
      yield* passOver(await this.#rowsOf(request), this.#scrubber, { pace, signal: end });
    } finally {
      this.#passes -= 1;
    }
  }

  /** @throws 60001 when the chain does not have it */
  async #rowsOf({ bucket_name: bucket, object_name: name }: ScrubRequest) {
    const { spdb, consensus, client } = this.#dependencies;
    if (bucket === '') return allRows(spdb, client.metadata);
    if (name === '') {
      if (await consensus.bucket(bucket)) return rowsOfBucket(spdb, client.metadata, bucket);
      throw managerErrors.requestLost(`there is no bucket ${bucket} on chain: check its name`);
    }
    const found = await consensus.object(bucket, name);
    if (found) return rowsOfObject(spdb, found.object_info);
    throw managerErrors.requestLost(`there is no object ${bucket}/${name} on chain: check its name`);
  }
}
