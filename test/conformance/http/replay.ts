/**
 * The recorded exchanges, sent again to eight providers of this project that follow the recorded chain, each at its
 * moment of the recording: verbatim, with the recorded signatures.
 */
import type { VectorReport } from '@prairie/chain/conformance';
import { type Logger, silentLogger } from '@prairie/gfsp';
import { answerMismatch } from './compare.ts';
import { type Exchange, headerOf, readExchanges, readReads } from './recording.ts';
import { type Answer, type Outgoing, outgoingOf } from './send.ts';
import { Stage } from './stage.ts';
import { type Unrecorded, unrecordedReads, unrecordedUploads } from './unrecorded.ts';

/** Reads after an operator had taken a segment off the disk of the recorded provider: here they would be charged. */
const NOT_SENT: ReadonlySet<number> = new Set([1795230949552, 1795230949578]);
/** A read of a range may be answered by either. */
const DONE: ReadonlySet<number> = new Set([200, 206]);

type Step = { time: number } & ({ exchange: Exchange } | { unrecorded: Unrecorded });

export class HttpReplay {
  /** By endpoint; `between` has what went wrong between exchanges. */
  readonly reports: Record<string, VectorReport> = {};
  readonly #fixtures: string;
  readonly #exchanges: Exchange[];
  readonly #stage: Stage;
  /** Moment of the next step: the chain goes no further under an open request. */
  #until = 0;

  /** `fixtures` has the layout of `test/fixtures`. */
  constructor(fixtures: string, logger: Logger = silentLogger) {
    this.#fixtures = fixtures;
    this.#exchanges = readExchanges(fixtures);
    this.#stage = new Stage({ fixtures }, { logger, fail: (what, why) => this.#fail(what, why) });
  }

  /** Prepares the network and walks through the recording. @throws Error when the network cannot be prepared */
  async run(): Promise<void> {
    await this.#stage.prepare();
    const steps = this.#steps();
    for (const [i, step] of steps.entries()) {
      await this.#stage.reach(step.time);
      this.#until = steps[i + 1]?.time ?? Number.POSITIVE_INFINITY;
      if ('exchange' in step) await this.#replay(step.exchange);
      else await this.#make(step.unrecorded);
    }
  }

  close(): Promise<void> {
    return this.#stage.close();
  }

  /** In the order of the recording. */
  #steps(): Step[] {
    const { keys, chain } = this.#stage;
    const uploads = unrecordedUploads(keys, (height) => chain.knownAt(height));
    const reads = unrecordedReads(keys, readReads(this.#fixtures), this.#exchanges);
    const steps: Step[] = [
      ...this.#exchanges.map((exchange) => ({ time: exchange.time_ms, exchange })),
      ...[...uploads, ...reads].map((unrecorded) => ({ time: unrecorded.time, unrecorded })),
    ];
    return steps.sort((a, b) => a.time - b.time);
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
      const answer = await this.#stage.answered(sent, this.#until);
      const mismatch = answerMismatch(answer, exchange, (text) => this.#stage.asRecorded(text));
      return mismatch && `${answer.status}: ${mismatch}`;
    } catch (error) {
      return `no answer: ${(error as Error).message}`;
    }
  }

  async #make({ sp, name, bucket, object, upload, outgoing }: Unrecorded): Promise<void> {
    const sent = this.#send(sp, outgoing(this.#stage.hostOf(sp)), upload ? `${bucket}/${object}` : undefined);
    const answer = await this.#stage.answered(sent, this.#until).catch((error) => error as Error);
    if (answer instanceof Error) this.#fail(name, answer.message);
    else if (!DONE.has(answer.status)) this.#fail(name, `${answer.status} ${answer.body}`);
  }

  /** `uploads`: the object that is whole with this request. */
  #send(sp: string, outgoing: Outgoing, uploads: string | undefined): Promise<Answer> {
    if (uploads === undefined) return this.#stage.send(sp, outgoing);
    const { seals } = this.#stage.chain;
    seals.expect(uploads);
    const sent = this.#stage.send(sp, outgoing);
    sent.then(
      ({ status }) => status !== 200 && seals.dismiss(uploads),
      () => seals.dismiss(uploads),
    );
    return sent;
  }

  #report(part: string): VectorReport {
    this.reports[part] ??= { matched: 0, total: 0, mismatches: [] };
    return this.reports[part];
  }

  /** Something that later exchanges may depend on went wrong. */
  #fail(what: string, why: string): void {
    this.#report('between').mismatches.push(`${what}: ${why}`);
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
