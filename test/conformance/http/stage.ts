/** The recorded network as far as a moment of the recording: its chain, and eight providers of this project on it. */
import { setTimeout as delay } from 'node:timers/promises';
import { choosePorts } from '@prairie/devnet';
import type { Logger } from '@prairie/gfsp';
import { readRecording } from '../chain/recording.ts';
import { RecordedClock } from './clock.ts';
import { Providers, type Stores } from './providers.ts';
import { RecordedChain } from './recorded-chain.ts';
import { type Keys, readKeys } from './recording.ts';
import { type Answer, type Outgoing, Sender } from './send.ts';

/** All providers have a family from this block on. What was asked of them before is asked then. */
const FIRST_HEIGHT = 797;
/** The chain goes on under a request that has no answer after so long, milliseconds of the machine. */
const PATIENCE_MS = 250;
/** Between two blocks then. */
const BLOCK_MS = 40;
/** Our providers follow the chain after so many blocks at the latest. */
const FOLLOW_EVERY = 32;

export interface StageOptions {
  /** Has the layout of `test/fixtures`. */
  fixtures: string;
  /** Where a provider keeps what it has, by its recorded name; its own choice without. */
  storesOf?: (name: string) => Stores;
}

export interface StageDependencies {
  logger: Logger;
  /** Something that later exchanges may depend on went wrong. */
  fail: (what: string, why: string) => void;
}

export class Stage {
  readonly keys: Keys;
  readonly #options: StageOptions;
  readonly #dependencies: StageDependencies;
  readonly #clock = new RecordedClock();
  readonly #sender = new Sender();
  readonly #providers = new Providers();
  readonly #ports = new Map<string, number>();
  #rpcUrl = '';
  #chain!: RecordedChain;

  constructor(options: StageOptions, dependencies: StageDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
    this.keys = readKeys(options.fixtures);
  }

  get chain(): RecordedChain {
    return this.#chain;
  }

  get rpcUrl(): string {
    return this.#rpcUrl;
  }

  /** @throws Error when the network cannot be prepared */
  async prepare(): Promise<void> {
    const recorded = Object.entries(this.keys.storage_providers);
    const ports = await choosePorts(0, recorded.length);
    for (const [i, [name]] of recorded.entries()) this.#ports.set(name, ports[i]!);
    const endpoints = recorded.map(([name, { endpoint }]): [string, string] => [endpoint, this.#urlOf(name)]);
    this.#chain = new RecordedChain(readRecording(this.#options.fixtures), new Map(endpoints));
    this.#clock.install(this.#chain.nextAt!);
    while (this.#chain.height < FIRST_HEIGHT) await this.#block();
    this.#rpcUrl = await this.#chain.listen();
    const { storesOf } = this.#options;
    const options = { keys: this.keys, rpcUrl: this.#rpcUrl, ports: this.#ports, ...(storesOf ? { storesOf } : {}) };
    await this.#providers.start(options, this.#dependencies);
  }

  /** Blocks up to a moment, in the tables of all providers. */
  async reach(time: number): Promise<void> {
    let unseen = 0;
    for (let next = this.#chain.nextAt; next !== undefined && next <= time; next = this.#chain.nextAt) {
      await this.#block();
      if (++unseen % FOLLOW_EVERY === 0) await this.#providers.follow(this.#chain.height);
    }
    await this.#providers.follow(this.#chain.height);
    this.#clock.set(Math.max(time, this.#chain.knownAt(FIRST_HEIGHT)));
  }

  /** `host:port` of a provider. */
  hostOf(sp: string): string {
    return `127.0.0.1:${this.#ports.get(sp)}`;
  }

  /** @throws Error when the connection breaks */
  send(sp: string, outgoing: Outgoing): Promise<Answer> {
    return this.#sender.send(this.#ports.get(sp)!, outgoing);
  }

  /** The answer; the chain goes on under a request that waits for it, but not beyond the moment `until`. */
  async answered(sent: Promise<Answer>, until: number): Promise<Answer> {
    let isOpen = true;
    const settled = sent.then(
      () => (isOpen = false),
      () => (isOpen = false),
    );
    await Promise.race([settled, delay(PATIENCE_MS)]);
    while (isOpen && (this.#chain.nextAt ?? Number.POSITIVE_INFINITY) <= until) {
      await this.#block(settled);
      await Promise.race([settled, delay(BLOCK_MS)]);
    }
    return sent;
  }

  /** Our ports and hashes become the recorded ones. */
  asRecorded(text: string): string {
    let all = text;
    for (const [name, { endpoint }] of Object.entries(this.keys.storage_providers)) {
      all = all.replaceAll(this.#urlOf(name), endpoint);
    }
    for (const [ours, recorded] of this.#chain.replaced) {
      all = all.replaceAll(ours, recorded).replaceAll(ours.toLowerCase(), recorded.toLowerCase());
    }
    return all;
  }

  async close(): Promise<void> {
    this.#sender.close();
    await this.#providers.stop();
    await this.#chain?.close();
    this.#clock.uninstall();
  }

  async #block(open?: Promise<unknown>): Promise<void> {
    this.#clock.set(this.#chain.nextAt!);
    const height = this.#chain.height + 1;
    await this.#chain.advance(open).catch((error: Error) => this.#dependencies.fail(`block ${height}`, error.message));
  }

  #urlOf(sp: string): string {
    return `http://${this.hostOf(sp)}`;
  }
}
