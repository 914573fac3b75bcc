/**
 * What providers asked of one another, sent again to eight of this project's that follow the recorded chain, each at its
 * moment of the recording: verbatim, with the recorded signatures.
 */
import { ChainClient, signDigest, taskDigest, toHeaderJson } from '@prairie/chain';
import type { VectorReport } from '@prairie/chain/conformance';
import { RECEIVE_MSG_HEADER } from '@prairie/client';
import { type Logger, ReceivePieceTask, silentLogger } from '@prairie/gfsp';
import { integrityHash, segmentKey } from '@prairie/redundancy';
import { MemoryPieceStore, openSpDb } from '@prairie/store';
import type { Stores } from '../http/providers.ts';
import { type Answer, type Outgoing, outgoingOf, sha256 } from '../http/send.ts';
import { Stage } from '../http/stage.ts';
import { signed } from '../http/unrecorded.ts';
import { answerMismatch } from './compare.ts';
import { type Content, readContents } from './contents.ts';
import { readSpExchanges, type SentTask, type SpExchange } from './recording.ts';

/** An operator had taken a segment off the disk of its primary until it was recovered: exchanges that met that. */
const LOST: ReadonlyMap<number, { sp: string; key: string }> = new Map([
  [1795230949592, { sp: 'sp0', key: segmentKey(10n, 0, 0n) }],
]);

/** Reads of an object of 20 bytes that were not kept; the quota told at these exchanges has them. */
const READS: readonly { before: number; times: number; sp: string; target: string }[] = [
  { before: 1795230947946, times: 2, sp: 'sp2', target: '/fx-mig/m1.txt' },
  { before: 1795230948675, times: 3, sp: 'sp2', target: '/fx-mig/m1.txt' },
];

export class SpReplay {
  /** By endpoint; `between` has what went wrong between exchanges. */
  readonly reports: Record<string, VectorReport> = {};
  readonly #exchanges: SpExchange[];
  readonly #contents: Map<number, Content>;
  readonly #stores = new Map<string, Stores>();
  readonly #stage: Stage;
  #chain!: ChainClient;
  /** Moment of the next exchange: the chain goes no further under an open request. */
  #until = 0;

  /** `fixtures` has the layout of `test/fixtures`. */
  constructor(fixtures: string, logger: Logger = silentLogger) {
    this.#exchanges = readSpExchanges(fixtures);
    this.#contents = readContents(fixtures, this.#exchanges);
    const storesOf = (name: string) => this.#stores.get(name)!;
    this.#stage = new Stage({ fixtures, storesOf }, { logger, fail: (what, why) => this.#fail(what, why) });
  }

  /** Prepares the network and walks through the recording. @throws Error when the network cannot be prepared */
  async run(): Promise<void> {
    for (const name of Object.keys(this.#stage.keys.storage_providers)) {
      const spdb = await openSpDb({ engine: 'sqlite', path: ':memory:' });
      this.#stores.set(name, { spdb, pieceStore: new MemoryPieceStore() });
    }
    await this.#stage.prepare();
    this.#chain = new ChainClient({ rpcUrl: this.#stage.rpcUrl, chainId: this.#stage.keys.chain_id });
    for (const [i, exchange] of this.#exchanges.entries()) {
      await this.#stage.reach(exchange.time_ms);
      this.#until = this.#exchanges[i + 1]?.time_ms ?? Number.POSITIVE_INFINITY;
      await this.#read(exchange);
      const content = this.#contents.get(exchange.id);
      if (content)
        await this.#sendMissing(content, exchange).catch((error: Error) => this.#fail('state', error.message));
      await this.#replay(exchange);
      if (content?.calls.at(-1)?.exchange === exchange) {
        await this.#complete(content).catch((error: Error) => this.#fail('state', error.message));
      }
    }
  }

  async close(): Promise<void> {
    this.#chain?.close();
    await this.#stage.close();
  }

  async #replay(exchange: SpExchange): Promise<void> {
    const report = this.#report(exchange.endpoint);
    report.total++;
    const mismatch = await this.#mismatch(exchange);
    if (mismatch === undefined) report.matched++;
    else report.mismatches.push(`${exchange.id} ${mismatch}`);
  }

  /** Begins with the status of our answer, so that an exception holds for no other. */
  async #mismatch(exchange: SpExchange): Promise<string | undefined> {
    const restore = await this.#lose(exchange);
    try {
      const answer = await this.#answered(exchange.sp, await this.#outgoingOf(exchange));
      const mismatch = answerMismatch(answer, exchange);
      return mismatch && `${answer.status}: ${mismatch}`;
    } catch (error) {
      return `no answer: ${(error as Error).message}`;
    } finally {
      await restore();
    }
  }

  /** Pieces above 64 KiB were not kept, their SHA-256 was. */
  async #outgoingOf(exchange: SpExchange): Promise<Outgoing> {
    const content = this.#contents.get(exchange.id);
    const { sha256: digest } = exchange.request_body;
    if (!content || digest === undefined) return outgoingOf(exchange);
    const { task } = content.calls.find((call) => call.exchange === exchange)!;
    const { bytes } = (await content.shards(task.segment_idx))[task.redundancy_idx]!;
    if (sha256(bytes) !== digest) throw new Error('a body that is not kept and does not follow from the payload');
    return { ...outgoingOf({ ...exchange, request_body: { len: 0, text: '' } }), body: bytes };
  }

  /** What the primary has, and the pieces of this secondary that were not kept as exchanges. */
  async #sendMissing(content: Content, exchange: SpExchange): Promise<void> {
    const [first] = content.calls;
    if (first!.exchange === exchange) await this.#keepAsPrimary(content);
    const { task } = content.calls.find((call) => call.exchange === exchange)!;
    if (task.finished) await this.#sendPieces(content, exchange.sp, task.redundancy_idx);
  }

  /** After the last exchange about a content: all that was not kept. */
  async #complete(content: Content): Promise<void> {
    await this.#sendRest(content);
    content.forget();
  }

  async #sendRest(content: Content): Promise<void> {
    const seen = new Set(content.calls.map(({ task }) => task.redundancy_idx));
    const group = await this.#chain.gvg(content.task.global_virtual_group_id);
    for (const [index, id] of group!.secondary_sp_ids.entries()) {
      // of a migration only the place where the groups differ gets pieces
      if (content.task.bucket_migration && !seen.has(index)) continue;
      const sp = this.#nameOf(id);
      await this.#sendPieces(content, sp, index);
      if (content.calls.some(({ task }) => task.finished && task.redundancy_idx === index)) continue;
      await this.#sendOwn(sp, content, { redundancy_idx: index, finished: true });
    }
  }

  async #sendPieces(content: Content, sp: string, index: number): Promise<void> {
    for (const [segment] of (await content.segments()).entries()) {
      const isKept = ({ task }: { task: SentTask }) =>
        !task.finished && task.segment_idx === segment && task.redundancy_idx === index;
      if (content.calls.some(isKept)) continue;
      const { bytes, checksum } = (await content.shards(segment))[index]!;
      const piece = { segment_idx: segment, redundancy_idx: index, piece_size: BigInt(bytes.length) };
      await this.#sendOwn(sp, content, { ...piece, piece_checksum: checksum, finished: false }, bytes);
    }
  }

  /** A call that was not kept, signed with the primary's recorded key. */
  async #sendOwn(
    sp: string,
    content: Content,
    fields: Partial<ReceivePieceTask>,
    body: Buffer = Buffer.alloc(0),
  ): Promise<void> {
    const { task, object_info, storage_params, global_virtual_group_id, is_agent_upload_task, bucket_migration } =
      content.task;
    const common = {
      task,
      object_info,
      storage_params,
      global_virtual_group_id,
      is_agent_upload_task,
      bucket_migration,
    };
    const unsigned = { ...ReceivePieceTask.create(), ...common, ...fields };
    const group = await this.#chain.gvg(global_virtual_group_id);
    const { OperatorPrivateKey: key } = this.#stage.keys.storage_providers[this.#nameOf(group!.primary_sp_id)]!;
    const signature = signDigest(Buffer.from(key, 'hex'), taskDigest(ReceivePieceTask, unsigned));
    const message = Buffer.from(toHeaderJson(ReceivePieceTask, { ...unsigned, signature })).toString('hex');
    const { method, url } = content.calls[0]!.exchange;
    const headers: [string, string][] = [
      ['Host', this.#stage.hostOf(sp)],
      ['Content-Length', String(body.length)],
      [RECEIVE_MSG_HEADER, message],
    ];
    const { status, body: said } = await this.#answered(sp, { method, url, headers, body });
    if (status !== 200) throw new Error(`${sp} answered ${status} ${said} to a call for object ${object_info.id}`);
  }

  /** The primary has the payload before it sends pieces. */
  async #keepAsPrimary(content: Content): Promise<void> {
    const { object_info, global_virtual_group_id } = content.task;
    const group = await this.#chain.gvg(global_virtual_group_id);
    const { spdb, pieceStore } = this.#stores.get(this.#nameOf(group!.primary_sp_id))!;
    const checksums = await content.segmentChecksums();
    const row = {
      ...{ object_id: object_info.id, redundancy_index: -1, object_size: object_info.payload_size },
      ...{ integrity_checksum: integrityHash(checksums), piece_checksum_list: checksums },
    };
    if (object_info.is_updating) {
      await spdb.setShadowIntegrity({ ...row, version: object_info.version, updated_at: object_info.updated_at });
    } else {
      await spdb.setIntegrity(row);
    }
    for (const [i, segment] of (await content.segments()).entries()) {
      await pieceStore.put(segmentKey(object_info.id, i, object_info.version), segment);
    }
  }

  /** Takes away what the recorded provider had lost; the function that it resolves with brings it back. */
  async #lose({ id }: SpExchange): Promise<() => Promise<void>> {
    const lost = LOST.get(id);
    if (!lost) return async () => {};
    const { pieceStore } = this.#stores.get(lost.sp)!;
    const bytes = await pieceStore.get(lost.key);
    await pieceStore.delete(lost.key);
    return () => pieceStore.put(lost.key, bytes);
  }

  async #read({ id }: SpExchange): Promise<void> {
    const key = this.#stage.keys.users[0]!.private_key;
    for (const { sp, target, times } of READS.filter(({ before }) => before === id)) {
      for (let i = 0; i < times; i++) {
        const host = this.#stage.hostOf(sp);
        const answer = await this.#answered(sp, signed({ method: 'GET', url: target, host, key }));
        if (answer.status !== 200) this.#fail(`read of ${target}`, `${answer.status} ${answer.body}`);
      }
    }
  }

  #answered(sp: string, outgoing: Outgoing): Promise<Answer> {
    return this.#stage.answered(this.#stage.send(sp, outgoing), this.#until);
  }

  #nameOf(id: number): string {
    const found = Object.entries(this.#stage.keys.storage_providers).find(([, own]) => own.on_chain_id === id);
    if (!found) throw new Error(`no provider ${id} in the recording`);
    return found[0];
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
