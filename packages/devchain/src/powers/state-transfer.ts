/**
 * `dev_dumpState`, `dev_loadState`: the state of the chain in parts that fit into an answer and a request. The files are
 * the caller's: any web page may call the port, so no method of it reads or writes a path.
 */
import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Chain } from '../chain/chain.ts';
import { type StateCursor, statePage } from '../chain/state-dump.ts';
import { MAX_LINE_CHARS, openStateFile, type StateFile, storeState } from '../chain/state-file.ts';
import type { MethodTable } from '../rpc/methods.ts';
import type { Args } from '../rpc/params.ts';
import { refused, whole } from './arguments.ts';

/** Of one upload, on disk. */
const MAX_UPLOAD_CHARS = 8 * 1024 ** 3;
/** Lines in one request: its body is bounded as well. */
const MAX_LINES = 100_000;

interface Upload {
  id: string;
  directory: string;
  path: string;
  chars: number;
}

export class StateTransfer {
  readonly methods: MethodTable;
  private readonly chain: Chain;
  /** One at a time: who begins another gives this one up. */
  private upload: Upload | undefined;

  constructor(chain: Chain) {
    this.chain = chain;
    this.methods = {
      dev_dumpState: {
        params: [
          ['height', 'int'],
          ['cursor', 'string'],
        ],
        handle: (args) => this.dump(args),
      },
      dev_loadState: {
        params: [
          ['upload', 'string'],
          ['lines', 'any'],
        ],
        handle: (args) => this.load(args),
      },
    };
  }

  close(): void {
    if (this.upload) rmSync(this.upload.directory, { recursive: true, force: true });
    this.upload = undefined;
  }

  private dump(args: Args) {
    const { chain } = this;
    const from = args.cursor === undefined ? { height: this.heightIn(args) } : cursorIn(args.cursor);
    try {
      const { lines, next, entries } = statePage(chain, from);
      return { height: String(from.height), entries, lines, next: next ? textOf(next) : null };
    } catch (error) {
      throw refused((error as Error).message);
    }
  }

  private heightIn(args: Args): number {
    const { height } = this.chain;
    return args.height === undefined ? height : whole(args, 'height', { min: 1, max: height });
  }

  private load(args: Args) {
    const lines = linesIn(args.lines);
    const upload = args.upload === undefined ? this.begin() : this.continued(args.upload);
    const text = `${lines.join('\n')}\n`;
    upload.chars += text.length;
    if (upload.chars > MAX_UPLOAD_CHARS) throw refused(`lines: ${MAX_UPLOAD_CHARS} characters in all are the limit`);
    appendFileSync(upload.path, text);
    if (!lines.at(-1)!.startsWith('{"end":')) return { upload: upload.id, loaded: false };
    try {
      const file = openStateFile(upload.path);
      this.checkFits(file);
      storeState(this.chain.store, file);
      this.chain.reload();
    } catch (error) {
      throw refused(`nothing was loaded: ${(error as Error).message.replaceAll(upload.path, 'the upload')}`);
    } finally {
      this.close();
    }
    return { upload: upload.id, loaded: true, height: String(this.chain.height) };
  }

  private begin(): Upload {
    this.close();
    const directory = mkdtempSync(join(tmpdir(), 'prairie-state-'));
    this.upload = { id: randomUUID(), directory, path: join(directory, 'upload.jsonl'), chars: 0 };
    return this.upload;
  }

  private continued(id: unknown): Upload {
    if (this.upload && this.upload.id === id) return this.upload;
    throw refused('upload: there is no such upload any more; begin again without it');
  }

  /** A chain does not change its name, its upgrades or its validator while it runs. */
  private checkFits({ header, record }: StateFile): void {
    const { chainId, upgrades, lastBlock } = this.chain;
    const facts: [string, unknown, unknown][] = [
      ['chain id', chainId, header.chain_id],
      ['upgrades', upgrades.heights, header.upgrades],
      ['validator set', lastBlock?.block.block.header.validators_hash, record.block.block.header.validators_hash],
    ];
    for (const [name, own, loaded] of facts) {
      const [here, there] = [own, loaded].map((value) => JSON.stringify(value));
      if (here !== there) {
        throw new Error(`this chain's ${name} is ${here}, that of the dump ${there}: begin a chain with it instead`);
      }
    }
  }
}

const textOf = (cursor: StateCursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');

function cursorIn(text: unknown): StateCursor {
  try {
    const cursor = JSON.parse(Buffer.from(String(text), 'base64url').toString('utf8')) as StateCursor;
    const { height, block, entries, digest, after } = cursor;
    const texts = [block, digest, ...(after ? [after.table, after.key] : [])];
    if ([height, entries].every(Number.isSafeInteger) && texts.every((part) => typeof part === 'string')) return cursor;
  } catch {
    // said below
  }
  throw refused('cursor: what an earlier answer had as "next" expected');
}

function linesIn(value: unknown): string[] {
  const isLine = (line: unknown) => typeof line === 'string' && line.length <= MAX_LINE_CHARS && !line.includes('\n');
  if (Array.isArray(value) && value.length > 0 && value.length <= MAX_LINES && value.every(isLine)) return value;
  throw refused(`lines: a list of 1 to ${MAX_LINES} lines of a dump expected`);
}
