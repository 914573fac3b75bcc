/**
 * The recorded exchanges, sent again to eight providers of this project that follow the recorded chain, each at its
 * moment of the recording: verbatim, with the recorded signatures.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { VectorReport } from '@prairie/chain/conformance';
import { choosePorts } from '@prairie/devnet';
import { type Logger, silentLogger } from '@prairie/gfsp';
import { readRecording } from '../chain/recording.ts';
import { RecordedClock } from './clock.ts';
import { answerMismatch } from './compare.ts';
import { Providers } from './providers.ts';
import { RecordedChain } from './recorded-chain.ts';
import { type Exchange, headerOf, type Keys, readExchanges, readKeys, readReads } from './recording.ts';
import { type Answer, type Outgoing, outgoingOf, Sender } from './send.ts';
import { type Unrecorded, unrecordedReads, unrecordedUploads } from './unrecorded.ts';

/** All providers have a family from this block on. What was asked of them before is asked then. */
const FIRST_HEIGHT = 797;
/** The chain goes on under a request that has no answer after so long, milliseconds of the machine. */
const PATIENCE_MS = 250;
/** Between two blocks then. */
const BLOCK_MS = 40;
/** Our providers follow the chain after so many blocks at the latest. */
const FOLLOW_EVERY = 32;

/** Reads after an operator had taken a segment off the disk of the recorded provider: here they would be charged. */
const NOT_SENT: ReadonlySet<number> = new Set([1795230949552, 1795230949578]);
/** A read of a range may be answered by either. */
const DONE: ReadonlySet<number> = new Set([200, 206]);

type Step = { time: number } & ({ exchange: Exchange } | { unrecorded: Unrecorded });

export class HttpReplay {
  /** By endpoint; `between` has what went wrong between exchanges. */
  readonly reports: Record<string, VectorReport> = {};
  readonly #fixtures: string;
  readonly #logger: Logger;
  readonly #keys: Keys;
  readonly #exchanges: Exchange[];
  readonly #clock = new RecordedClock();
  readonly #sender = new Sender();
  readonly #providers = new Providers();
  readonly #ports = new Map<string, number>();
  #chain!: RecordedChain;
  /** Moment of the next step: the chain goes no further under an open request. */
  #until = 0;

  /** `fixtures` has the layout of `test/fixtures`. */
  constructor(fixtures: string, logger: Logger = silentLogger) {
    this.#fixtures = fixtures;
    this.#logger = logger;
    this.#keys = readKeys(fixtures);
    this.#exchanges = readExchanges(fixtures);
  }

  /** Prepares the network and walks through the recording. @throws Error when the network cannot be prepared */
  async run(): Promise<void> {
    await this.#prepare();
    const steps = this.#steps();
    for (const [i, step] of steps.entries()) {
      await this.#reach(step.time);
      this.#until = steps[i + 1]?.time ?? Number.POSITIVE_INFINITY;
      if ('exchange' in step) await this.#replay(step.exchange);
      else await this.#make(step.unrecorded);
    }
  }

  async close(): Promise<void> {
    this.#sender.close();
    await this.#providers.stop();
    await this.#chain?.close();
    this.#clock.uninstall();
  }

  async #prepare(): Promise<void> {
    const recorded = Object.entries(this.#keys.storage_providers);
    const ports = await choosePorts(0, recorded.length);
    for (const [i, [name]] of recorded.entries()) this.#ports.set(name, ports[i]!);
    const endpoints = recorded.map(([name, { endpoint }]): [string, string] => [endpoint, this.#urlOf(name)]);
    this.#chain = new RecordedChain(readRecording(this.#fixtures), new Map(endpoints));
    this.#clock.install(this.#chain.nextAt!);
    while (this.#chain.height < FIRST_HEIGHT) await this.#block();
    const rpcUrl = await this.#chain.listen();
    await this.#providers.start({ keys: this.#keys, rpcUrl, ports: this.#ports }, { logger: this.#logger });
  }

  /** In the order of the recording. */
  #steps(): Step[] {
    const uploads = unrecordedUploads(this.#keys, (height) => this.#chain.knownAt(height));
    const reads = unrecordedReads(this.#keys, readReads(this.#fixtures), this.#exchanges);
    const steps: Step[] = [
      ...this.#exchanges.map((exchange) => ({ time: exchange.time_ms, exchange })),
      ...[...uploads, ...reads].map((unrecorded) => ({ time: unrecorded.time, unrecorded })),
    ];
    return steps.sort((a, b) => a.time - b.time);
  }

  /** Blocks up to a moment, in the tables of all providers. */
  async #reach(time: number): Promise<void> {
    let unseen = 0;
    for (let next = this.#chain.nextAt; next !== undefined && next <= time; next = this.#chain.nextAt) {
      await this.#block();
      if (++unseen % FOLLOW_EVERY === 0) await this.#providers.follow(this.#chain.height);
    }
    await this.#providers.follow(this.#chain.height);
    this.#clock.set(Math.max(time, this.#chain.knownAt(FIRST_HEIGHT)));
  }

  async #block(open?: Promise<unknown>): Promise<void> {
    this.#clock.set(this.#chain.nextAt!);
    const height = this.#chain.height + 1;
    await this.#chain.advance(open).catch((error: Error) => this.#fail(`block ${height}`, error.message));
  }

  async #replay(exchange: Exchange): Promise<void> {
    const report = this.#report(exchange.endpoint);
    report.total++;
    const mismatch = await this.#mismatch(exchange);
    if (mismatch === undefined) report.matched++;
    else report.mismatches.push(`${exchange.id} ${mismatch} (${exchange.step})`);
  }

  /** Begins with the status of our answer, so that an exception holds for no other. */
  async #mismatch(exchange: Exchange): Promise<string | undefined> {
    if (NOT_SENT.has(exchange.id)) return 'not sent:';
    try {
      const sent = this.#send(exchange.sp, outgoingOf(exchange), completes(exchange) ? objectOf(exchange) : undefined);
      const answer = await this.#answered(sent);
      const mismatch = answerMismatch(answer, exchange, (text) => this.#asRecorded(text));
      return mismatch && `${answer.status}: ${mismatch}`;
    } catch (error) {
      return `no answer: ${(error as Error).message}`;
    }
  }

  async #make({ sp, name, bucket, object, upload, outgoing }: Unrecorded): Promise<void> {
    const sent = this.#send(
      sp,
      outgoing(`127.0.0.1:${this.#ports.get(sp)}`),
      upload ? `${bucket}/${object}` : undefined,
    );
    const answer = await this.#answered(sent).catch((error) => error as Error);
    if (answer instanceof Error) this.#fail(name, answer.message);
    else if (!DONE.has(answer.status)) this.#fail(name, `${answer.status} ${answer.body}`);
  }

  /** `uploads`: the object that is whole with this request. */
  #send(sp: string, outgoing: Outgoing, uploads: string | undefined): Promise<Answer> {
    if (uploads === undefined) return this.#sender.send(this.#ports.get(sp)!, outgoing);
    const { seals } = this.#chain;
    seals.expect(uploads);
    const sent = this.#sender.send(this.#ports.get(sp)!, outgoing);
    sent.then(
      ({ status }) => status !== 200 && seals.dismiss(uploads),
      () => seals.dismiss(uploads),
    );
    return sent;
  }

  /** The chain goes on under a request that waits for it. */
  async #answered(sent: Promise<Answer>): Promise<Answer> {
    let isOpen = true;
    const settled = sent.then(
      () => (isOpen = false),
      () => (isOpen = false),
    );
    await Promise.race([settled, delay(PATIENCE_MS)]);
    while (isOpen && (this.#chain.nextAt ?? Number.POSITIVE_INFINITY) <= this.#until) {
      await this.#block(settled);
      await Promise.race([settled, delay(BLOCK_MS)]);
    }
    return sent;
  }

  /** Our ports and hashes become the recorded ones. */
  #asRecorded(text: string): string {
    let all = text;
    for (const [name, { endpoint }] of Object.entries(this.#keys.storage_providers)) {
      all = all.replaceAll(this.#urlOf(name), endpoint);
    }
    for (const [ours, recorded] of this.#chain.replaced) {
      all = all.replaceAll(ours, recorded).replaceAll(ours.toLowerCase(), recorded.toLowerCase());
    }
    return all;
  }

  #report(part: string): VectorReport {
    this.reports[part] ??= { matched: 0, total: 0, mismatches: [] };
    return this.reports[part];
  }

  /** Something that later exchanges may depend on went wrong. */
  #fail(what: string, why: string): void {
    this.#report('between').mismatches.push(`${what}: ${why}`);
  }

  #urlOf(sp: string): string {
    return `http://127.0.0.1:${this.#ports.get(sp)}`;
  }
}

/** Whether an accepted upload's payload is whole with this request. */
const completes = ({ method, url, status }: Exchange): boolean =>
  status === 200 && (method === 'PUT' || (method === 'POST' && url.includes('complete=true')));

/** Bucket and object of a request in either style. */
function objectOf({ url, request_headers }: Exchange): string {
  const path = decodeURIComponent(url.slice(1).split('?')[0]!);
  const bucket = /^([^.]+)\.sp\d\./.exec(headerOf(request_headers, 'Host') ?? '')?.[1];
  return bucket === undefined ? path : `${bucket}/${path}`;
}
