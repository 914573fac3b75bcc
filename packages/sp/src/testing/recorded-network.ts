/** The recorded network: exchanges of clients with its providers, and tables that hold the blocks of that moment. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { ChainBlock } from '@prairie/chain';
import type { Metadata } from '@prairie/gfsp';
import type { BsDb } from '@prairie/store';
import { applyBlocks } from '../blocksyncer/apply-blocks.ts';
import { recordedBlocks } from '../blocksyncer/testing/index.ts';
import { metadataOn, openTables } from '../metadata/testing.ts';

const FIXTURES = new URL('../../../../test/fixtures/', import.meta.url);
/** From the time in a block's header until a recording provider had it in its tables, milliseconds. */
const LAG = 1000;

export interface Exchange {
  /** When it arrived, Unix milliseconds. */
  time: number;
  step: string;
  url: URL;
  /** The provider that answered, `sp0` … */
  sp: string;
  user: string | undefined;
  status: number;
  body: string;
}

export function exchanges(endpoint: string): Exchange[] {
  const lines = readFileSync(new URL(`http/${endpoint}.jsonl`, FIXTURES), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => {
    const { time_ms, step, sp, url, request_headers, status, response_body } = JSON.parse(line);
    const header = (name: string) =>
      request_headers.find(([key]: [string, string]) => key.toLowerCase() === name.toLowerCase())?.[1];
    // virtual-host style becomes path style
    const bucket = /^([a-z0-9-]+)\.sp\d\.gnfd\.test$/.exec(header('Host') ?? '')?.[1];
    return {
      time: time_ms,
      step,
      sp,
      url: new URL(`http://sp${bucket ? `/${bucket}` : ''}${url}`),
      user: header('X-Gnfd-User-Address'),
      status,
      body: response_body?.text ?? '',
    };
  });
}

/** Time in the header of every block, Unix milliseconds. */
function blockTimes(): number[] {
  const index = gunzipSync(readFileSync(new URL('chain/block_index.jsonl.gz', FIXTURES))).toString();
  return index
    .trim()
    .split('\n')
    .map((line) => Date.parse(JSON.parse(line).time));
}

/** The network at any moment of the recording, moments in ascending order. */
export class Network {
  readonly #db: BsDb;
  readonly #blocks: ChainBlock[] = recordedBlocks(5360n).filter(
    (block) => block.txs.length > 0 || block.endBlockEvents.length > 0,
  );

  readonly #times = blockTimes();

  constructor(db: BsDb) {
    this.#db = db;
  }

  static async open(): Promise<Network> {
    return new Network(await openTables());
  }

  async at(time: number): Promise<Metadata> {
    while (this.#blocks[0] && Date.parse(this.#blocks[0].time) <= time - LAG) {
      await applyBlocks(this.#db, [this.#blocks.shift()!]);
    }
    const head = BigInt(this.#times.findLastIndex((block) => block <= time - LAG) + 1);
    return metadataOn(this.#db, head, { now: () => BigInt(Math.floor(time / 1000)) });
  }
}
