/**
 * Whether this project's providers would have sent the recorded messages: for the same task at the same time, with the
 * same key, the same bytes in the header, signature included.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  fromProtoJson,
  type Init,
  type MessageType,
  parseJson,
  recoverAddress,
  signDigest,
  greenfieldStorage as storage,
  taskDigest,
  toHeaderJson,
  toProtoJson,
  writeJson,
} from '@prairie/chain';
import type { VectorReport } from '@prairie/chain/conformance';
import { MIGRATE_BUCKET_MSG_HEADER, RECEIVE_MSG_HEADER, RECOVERY_MSG_HEADER, SpClient } from '@prairie/client';
import {
  BucketMigrationInfo,
  MigrateGVGTask,
  MigratePieceTask,
  type Modules,
  ReceivePieceTask,
  RecoverPieceTask,
  ReplicatePieceTask,
} from '@prairie/gfsp';
import { doneTask, pieceTask } from '@prairie/sp/conformance';
import { RecordedClock } from '../http/clock.ts';
import { headerOf, type Keys, readKeys } from '../http/recording.ts';
import { headerText, type SentTask, type SpExchange, sentTaskOf, taskOf } from './recording.ts';

type Check = (exchange: SpExchange) => Promise<void>;

/** By endpoint, with `sent` before its name. */
export async function checkSenders(
  exchanges: readonly SpExchange[],
  fixtures: string,
): Promise<Record<string, VectorReport>> {
  const reports: Record<string, VectorReport> = {};
  const sender = await Sender.open(readKeys(fixtures));
  try {
    for (const exchange of exchanges) {
      const name = `sent ${exchange.endpoint}`;
      const report = reports[name] ?? { matched: 0, total: 0, mismatches: [] };
      reports[name] = report;
      report.total++;
      try {
        await (sender.checks[exchange.endpoint] ?? unknown)(exchange);
        report.matched++;
      } catch (error) {
        report.mismatches.push(`${exchange.id}: ${(error as Error).message}`);
      }
    }
  } finally {
    sender.close();
  }
  return reports;
}

const unknown: Check = ({ endpoint }) => Promise.reject(new Error(`nothing here sends ${endpoint}`));

/** Makes the recorded messages anew; a server that stands for the peer hears them. */
class Sender {
  readonly checks: Readonly<Record<string, Check>> = {
    'replicate-piece': (exchange) => this.#replicate(exchange),
    'recovery-get-piece': (exchange) => this.#recover(exchange),
    'migrate-piece': (exchange) => this.#migrate(exchange),
    'migration-bucket-approval': async (exchange) => checkDocument(exchange),
    'query-bucket-quota': (exchange) => this.#ask('quota', exchange),
    'query-enough-quota': (exchange) => this.#ask('enough', exchange),
    'pre-migrate-bucket': (exchange) => this.#ask('pre', exchange),
    'post-migrate-bucket': (exchange) => this.#ask('post', exchange),
  };
  readonly #client = new SpClient({ retry: { attempts: 1 } });
  readonly #clock = new RecordedClock();
  readonly #keys: ReadonlyMap<string, Buffer>;
  readonly #peer: Server;
  #heard: IncomingMessage | undefined;
  #answer: readonly [string, string][] = [];

  private constructor(keys: Keys) {
    const own = Object.values(keys.storage_providers);
    this.#keys = new Map(
      own.map(({ OperatorAddress, OperatorPrivateKey }) => [OperatorAddress, Buffer.from(OperatorPrivateKey, 'hex')]),
    );
    this.#peer = createServer((request, response) => {
      this.#heard = request;
      for (const [name, value] of this.#answer) if (name.startsWith('X-Gnfd-')) response.setHeader(name, value);
      request.resume().on('end', () => response.end());
    });
  }

  static async open(keys: Keys): Promise<Sender> {
    const sender = new Sender(keys);
    await new Promise<void>((resolve) => sender.#peer.listen(0, '127.0.0.1', resolve));
    sender.#clock.install(0);
    return sender;
  }

  close(): void {
    this.#client.close();
    this.#peer.close();
    this.#clock.uninstall();
  }

  /** The executor makes the task from what it has to replicate. */
  async #replicate(exchange: SpExchange): Promise<void> {
    const recorded = sentTaskOf(exchange);
    this.#clock.set(Number(recorded.task.create_time) * 1000);
    const task = await this.#receiveTask(recorded);
    const endpoint = this.#expect(exchange);
    if (recorded.finished) {
      const signature = await this.#client.doneReplicatePiece(endpoint, task);
      const expected = headerOf(exchange.response_headers, 'X-Gnfd-Integrity-Hash-Signature');
      if (signature.toString('hex') !== expected) throw new Error('the answered signature was read as another');
    } else {
      await this.#client.replicatePiece(endpoint, task, Buffer.alloc(Number(recorded.piece_size)));
    }
    this.#compare(exchange, RECEIVE_MSG_HEADER);
  }

  async #receiveTask(recorded: SentTask): Promise<ReceivePieceTask> {
    const sign = async (_: string, task: ReceivePieceTask) => this.#sign(ReceivePieceTask, task, recorded);
    const client = { signer: { sign } } as unknown as Modules;
    const { object_info, storage_params, global_virtual_group_id, is_agent_upload_task, bucket_migration } = recorded;
    const given = { object_info, storage_params, global_virtual_group_id, is_agent_upload_task };
    const replication = ReplicatePieceTask.create(given);
    const { segment_idx: segment, redundancy_idx: index, piece_checksum: checksum } = recorded;
    const data = Buffer.alloc(Number(recorded.piece_size));
    const task = recorded.finished
      ? await doneTask(client, replication, index)
      : await pieceTask(client, replication, { segment, index, data, checksum });
    // not signed: the destination of a migration sets it, and its tasks' own priority (`reference/sp-to-sp.md` §4.3)
    const migration = { bucket_migration, task: { ...recorded.task, logs: '' } };
    return bucket_migration ? { ...task, ...migration } : task;
  }

  async #recover(exchange: SpExchange): Promise<void> {
    const recorded = taskOf(RecoverPieceTask, exchange, RECOVERY_MSG_HEADER);
    const task = { ...recorded, signature: this.#sign(RecoverPieceTask, recorded, recorded) };
    await this.#client.recoverPiece(this.#expect(exchange), task, 1);
    this.#compare(exchange, RECOVERY_MSG_HEADER);
  }

  /** Two messages, of which the first is signed. */
  async #migrate(exchange: SpExchange): Promise<void> {
    const migration = taskOf(MigrateGVGTask, exchange, MIGRATE_GVG_MSG_HEADER);
    const signature = this.#sign(MigrateGVGTask, migration, migration);
    expectText(exchange, MIGRATE_GVG_MSG_HEADER, toHeaderJson(MigrateGVGTask, { ...migration, signature }));
    const piece = taskOf(MigratePieceTask, exchange, MIGRATE_PIECE_MSG_HEADER);
    expectText(exchange, MIGRATE_PIECE_MSG_HEADER, toHeaderJson(MigratePieceTask, piece));
  }

  async #ask(question: 'quota' | 'enough' | 'pre' | 'post', exchange: SpExchange): Promise<void> {
    const recorded = taskOf(BucketMigrationInfo, exchange, MIGRATE_BUCKET_MSG_HEADER);
    const info = { ...recorded, signature: this.#sign(BucketMigrationInfo, recorded, recorded) };
    const quota = await this.#client.askBucketQuota(this.#expect(exchange), question, info);
    if (quota?.bucket_id !== recorded.bucket_id) throw new Error('the answered quota was read as another');
    this.#compare(exchange, MIGRATE_BUCKET_MSG_HEADER);
  }

  /** With the key of who signed the recorded message. @throws Error when that is none of the network's operators */
  #sign<T extends { signature: Uint8Array }>(type: MessageType<T>, task: T, recorded: T): Buffer {
    const operator = recoverAddress(taskDigest(type, recorded as Init<T>), recorded.signature);
    const key = this.#keys.get(operator);
    if (!key) throw new Error(`${operator} is no operator of the recorded network`);
    return signDigest(key, taskDigest(type, task as Init<T>));
  }

  /** The peer's endpoint; it gives the recorded answer next. */
  #expect({ response_headers }: SpExchange): string {
    this.#answer = response_headers;
    this.#heard = undefined;
    return `http://127.0.0.1:${(this.#peer.address() as AddressInfo).port}`;
  }

  #compare(exchange: SpExchange, name: string): void {
    const { method, url, headers } = this.#heard!;
    if (method !== exchange.method || url !== exchange.url) {
      throw new Error(`${exchange.method} ${exchange.url} expected, ${method} ${url} was sent`);
    }
    expectText(exchange, name, Buffer.from(String(headers[name.toLowerCase()]), 'hex').toString());
  }
}

const MIGRATE_GVG_MSG_HEADER = 'X-Gnfd-Migrate-GVG-Msg';
const MIGRATE_PIECE_MSG_HEADER = 'X-Gnfd-Migrate-Piece-Msg';
const MIGRATION_DOC_HEADER = 'X-Gnfd-Secondary-Migration-Bucket-Msg';

/** A document of the chain: its JSON has another dialect, and no signature yet. */
function checkDocument(exchange: SpExchange): void {
  const type = storage.SecondarySpMigrationBucketSignDoc;
  const doc = fromProtoJson(type, parseJson(headerText(exchange, MIGRATION_DOC_HEADER) ?? ''));
  expectText(exchange, MIGRATION_DOC_HEADER, writeJson(toProtoJson(type, doc)));
}

function expectText(exchange: SpExchange, name: string, text: string): void {
  const recorded = headerText(exchange, name) ?? '';
  if (text === recorded) return;
  let at = 0;
  while (text[at] === recorded[at]) at++;
  const near = (whole: string) => whole.slice(Math.max(0, at - 40), at + 60);
  throw new Error(`${name} at ${at}: expected …${near(recorded)}…, got …${near(text)}…`);
}
