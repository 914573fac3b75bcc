/**
 * Requests that make no sense, over real connections to the ports of a node. Each is answered in the shape that clients
 * expect, or cut off; and the node goes on as before.
 */
import { cosmosBankV1beta1 as bank, txHash } from '@prairie/chain';
import { coin } from '../../coins.ts';
import { DevChain } from '../../devchain.ts';
import { templatesOf } from '../../rest/routes.ts';
import { testGenesis, testKey } from '../network.ts';
import { Rng } from '../random/rng.ts';
import { type AnyTxMessage, deliver, msg, signed } from '../sender.ts';
import { restFaults, rpcFaults } from './answers.ts';
import { damaged } from './bytes.ts';
import { listedMethods, METHODS, type MethodMakers, type Sample } from './requests.ts';
import { spoiltBody, spoiltBytes, spoiltFrame, spoiltPath, spoiltRestPath } from './rpc-bodies.ts';
import { blurt, type HttpAnswer, HttpClient, Talker } from './sockets.ts';

/** Requests between blocks. */
const PER_BLOCK = 50;
/** Characters of an input that a report repeats. */
const SHOWN = 4000;

export interface RpcFault {
  what: string;
  route: string;
  input: string;
}

type Attempt = (sample: Sample) => Promise<{ input: string; outcome: string; faults: string[] }>;

export class RpcFuzz {
  readonly faults: RpcFault[] = [];
  /** Inputs by route and outcome. */
  readonly counts = new Map<string, number>();
  inputs = 0;
  /** The one that took longest, ms. */
  slowest: { ms: number; input: string } = { ms: 0, input: '' };
  private readonly rng: Rng;
  private readonly devchain: DevChain;
  private readonly logged: string[];
  private readonly port: number;
  private readonly http: HttpClient;
  private readonly rest: HttpClient;
  private readonly talker: Talker;
  private readonly restPaths: readonly string[];
  private powers: MethodMakers | undefined;
  private readonly routes: readonly { name: string; weight: number; run: Attempt }[] = [
    { name: 'post', weight: 10, run: (sample) => this.post(sample) },
    { name: 'get', weight: 5, run: (sample) => this.get(sample) },
    { name: 'rest', weight: 4, run: (sample) => this.restGet(sample) },
    { name: 'websocket', weight: 4, run: (sample) => this.talk(sample) },
    { name: 'bytes', weight: 0.3, run: (sample) => this.blurt(sample) },
  ];

  private constructor(seed: number, devchain: DevChain, logged: string[]) {
    this.rng = new Rng(seed);
    this.devchain = devchain;
    this.logged = logged;
    this.port = Number(new URL(devchain.rpcUrl).port);
    this.http = new HttpClient(this.port);
    this.rest = new HttpClient(Number(new URL(devchain.restUrl!).port));
    this.talker = new Talker(this.port);
    const { queries } = devchain.chain;
    const templates = queries.paths.flatMap((path) => templatesOf(path, queries.typesOf(path)!.request));
    this.restPaths = templates.filter((template) => template.startsWith('/'));
  }

  /** Starts a node of its own. With powers, half of what is posted is about them. */
  static async open(seed: number, { powers = false } = {}): Promise<RpcFuzz> {
    const logged: string[] = [];
    const devchain = await DevChain.create({
      ...{ genesis: testGenesis({ providers: 2 }), port: 0, restPort: 0, autoBlocks: false, powers },
      logger: { error: (message, error) => logged.push(`${message}: ${(error as Error)?.stack}`) },
    });
    for (let i = 0; i < 5; i++) deliver(devchain, testKey('alice'), [sending(1n)]);
    const fuzz = new RpcFuzz(seed, devchain, logged);
    if (powers) fuzz.powers = listedMethods((await fuzz.http.send('GET', '/')).text);
    return fuzz;
  }

  async next(): Promise<void> {
    this.inputs++;
    const { name, run } = this.rng.weighted(this.routes);
    const started = performance.now();
    const { input, outcome, faults } = await run(this.sample());
    const ms = performance.now() - started;
    if (ms > this.slowest.ms) this.slowest = { ms, input: `${name} ${input.slice(0, 200)}` };
    const key = `${name} ${outcome}`;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    for (const what of [...faults, ...this.logged.splice(0)]) {
      this.faults.push({ what, route: name, input: input.slice(0, SHOWN) });
    }
    if (this.inputs % PER_BLOCK === 0) this.devchain.produceBlock();
  }

  async close(): Promise<void> {
    for (const client of [this.http, this.rest, this.talker]) client.close();
    await this.devchain.close();
  }

  private sample(): Sample {
    const { chain } = this.devchain;
    const tx = signed(this.devchain, testKey('alice'), [sending(this.rng.magnitude(40))]);
    return {
      tx: (this.rng.chance(0.7) ? damaged(this.rng, tx) : tx).toString('base64'),
      txHash: txHash(tx),
      blockHash: chain.lastBlock!.block.block_id.hash,
      address: testKey('alice').address,
      height: chain.height,
      queryPaths: chain.queries.paths,
      restPaths: this.restPaths,
    };
  }

  private async post(sample: Sample): ReturnType<Attempt> {
    const body = spoiltBody(this.rng, sample, this.powers && this.rng.chance(0.5) ? this.powers : METHODS);
    return this.asked(
      body.toString('latin1'),
      () => this.http.send('POST', '/', body),
      (status, text) => {
        // nothing is said to notifications; an empty body asks for the list of methods
        const isSilent = status === 200 && (text === '' || text.startsWith('<html>'));
        return isSilent ? [] : rpcFaults(text);
      },
    );
  }

  private async get(sample: Sample): ReturnType<Attempt> {
    const path = spoiltPath(this.rng, sample);
    return this.asked(
      path,
      () => this.http.send('GET', path),
      (status, text) => (status === 404 || text.startsWith('<html>') ? [] : rpcFaults(text)),
    );
  }

  private async restGet(sample: Sample): ReturnType<Attempt> {
    const path = spoiltRestPath(this.rng, sample);
    return this.asked(path, () => this.rest.send('GET', path), restFaults);
  }

  private async asked(
    input: string,
    ask: () => Promise<HttpAnswer>,
    judge: (status: number, text: string) => string[],
  ): ReturnType<Attempt> {
    try {
      const { status, text } = await ask();
      return { input, outcome: String(status), faults: judge(status, text) };
    } catch (error) {
      return { input, outcome: 'nothing', faults: [`no answer: ${(error as Error).message}`] };
    }
  }

  private async talk(sample: Sample): ReturnType<Attempt> {
    const frame = spoiltFrame(this.rng, sample);
    const input = frame.toString();
    try {
      const answers = await this.talker.say(frame, `health ${this.inputs}`);
      const faults = (answers ?? []).flatMap(rpcFaults);
      return { input, outcome: answers ? `${answers.length} answers` : 'cut off', faults };
    } catch (error) {
      return { input, outcome: 'nothing', faults: [`no answer: ${(error as Error).message}`] };
    }
  }

  /** Whatever happens to this connection, others are served. */
  private async blurt(sample: Sample): ReturnType<Attempt> {
    const bytes = spoiltBytes(this.rng, sample);
    const heard = await blurt(this.port, bytes);
    const { status } = await this.http.send('GET', '/health');
    const faults = status === 200 ? [] : [`afterwards, health is answered with status ${status}`];
    return { input: bytes.toString('hex'), outcome: heard.length > 0 ? 'answered' : 'silence', faults };
  }
}

const sending = (amount: bigint): AnyTxMessage =>
  msg(bank.MsgSend, {
    from_address: testKey('alice').address,
    to_address: testKey('bob').address,
    amount: [coin(amount)],
  });
