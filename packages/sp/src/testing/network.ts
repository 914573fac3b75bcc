import { blsSign, sealDocDigest, signDigest, type greenfieldStorage as storage, taskDigest } from '@prairie/chain';
import {
  type Broadcasts,
  GfSpError,
  type Manager,
  type Modules,
  newTask,
  type QueueEngine,
  ReceivePieceTask,
  type Receiver,
  type RecoverPieceTask,
  type ResourceScope,
  type ResumableUploadObjectTask,
  type Signatures,
  type Signer,
  type SpDb,
  silentLogger,
  type UploadObjectTask,
} from '@prairie/gfsp';
import {
  createErasureCoder,
  createHasher,
  createPieceMaker,
  ecPieceKey,
  integrityHash,
  objectChecksums,
  parsePieceKey,
} from '@prairie/redundancy';
import { MemoryPieceStore } from '@prairie/store';
import { awaitedContent } from '../common/awaited-content.ts';
import { ExecutorModule } from '../executor/index.ts';
import { ManagerModule, type ManagerOptions, type VirtualGroupPicker } from '../manager/index.ts';
import { ReceiverModule } from '../receiver/index.ts';
import { PieceRepair } from '../recovery/index.ts';
import type { Secondaries } from '../replication/secondaries.ts';
import { UploaderModule, type UploaderOptions } from '../uploader/index.ts';
import { CHAIN_ID, keysOf, operatorOf, TestChain, type TestChainOptions } from './chain.ts';
import { memorySpDb } from './memory-spdb.ts';

const pieceMaker = createPieceMaker();
const hasher = createHasher();
const coder = createErasureCoder();

/** What a provider keeps through a crash. */
export class Disk {
  readonly spdb: SpDb;
  readonly pieceStore = new MemoryPieceStore();

  /** `pause`: see {@link memorySpDb}. */
  constructor(pause?: () => Promise<void>) {
    this.spdb = memorySpDb(pause);
  }

  /** Of pieces. */
  async keys(prefix = ''): Promise<string[]> {
    const keys: string[] = [];
    for await (const key of this.pieceStore.list(prefix)) if (parsePieceKey(key)) keys.push(key);
    return keys.sort();
  }
}

/** Signs with a provider's test keys, and puts transactions on the test chain at once. */
export class TestSigner implements Signer {
  readonly chain: TestChain;
  readonly id: number;
  /** Thrown by the next seals, one each. */
  readonly sealFailures: Error[] = [];
  seals = 0;

  constructor(chain: TestChain, id: number) {
    this.chain = chain;
    this.id = id;
  }

  async sign<K extends keyof Signatures>(what: K, value: Signatures[K]): Promise<Uint8Array> {
    const asked = { [what]: value } as Partial<Signatures>;
    const { gfsp_receive_piece_task: task, sign_secondary_seal_bls: seal } = asked;
    if (task) return signDigest(keysOf(this.id).operator, taskDigest(ReceivePieceTask, task));
    return seal ? this.signSeal(seal) : new Uint8Array(65);
  }

  /** With this provider's BLS key. */
  signSeal({ object_id, global_virtual_group_id, checksums }: Signatures['sign_secondary_seal_bls']): Uint8Array {
    const checksum = integrityHash(checksums);
    const ids = { objectId: object_id, globalVirtualGroupId: global_virtual_group_id };
    return blsSign(keysOf(this.id).bls, sealDocDigest({ chainId: CHAIN_ID, ...ids, checksum }));
  }

  async broadcast<K extends keyof Broadcasts>(what: K, msg: Broadcasts[K]): Promise<string> {
    const sent = { [what]: msg } as Partial<Broadcasts>;
    const seal = sent.seal_object_info ?? sent.seal_object_info_v2;
    if (seal) this.seal(seal);
    if (sent.reject_object_info) this.chain.reject(sent.reject_object_info);
    if (sent.deposit) this.chain.deposit(sent.deposit);
    if (sent.create_global_virtual_group) {
      this.chain.createGroup({ ...sent.create_global_virtual_group, primary_sp_address: operatorOf(this.id) });
    }
    return 'AB';
  }

  /** Before the seal takes effect on the test chain. */
  seal(msg: storage.MsgSealObject): void {
    this.seals += 1;
    const failure = this.sealFailures.shift();
    if (failure) throw failure;
    this.chain.seal(msg);
  }
}

/** Providers 2… of the network: receivers with a signer, and a manager that takes reports. */
class TestSecondary {
  readonly disk = new Disk();
  readonly receiver: Receiver;
  readonly reports: ReceivePieceTask[] = [];

  constructor(chain: TestChain, id: number) {
    const manager = {
      reportTask: async ({ value }: { value: ReceivePieceTask }) => void this.reports.push(value),
    } as unknown as Manager;
    const client = { signer: new TestSigner(chain, id), manager } as unknown as Modules;
    const dependencies = { client, consensus: chain, ...this.disk, hasher, logger: silentLogger };
    this.receiver = new ReceiverModule({ operatorAddress: operatorOf(id) }, dependencies);
  }
}

export interface NetworkOptions extends TestChainOptions {
  manager?: Partial<ManagerOptions>;
  /** Queues that outlive the manager; in its memory without. */
  engine?: QueueEngine;
  picker?: VirtualGroupPicker;
  /** What the executor reserves in. */
  resources?: ResourceScope;
  /** Before each call to the primary's tables. */
  spdbPause?: () => Promise<void>;
}

/** One primary (provider 1) with its modules, its secondaries as receivers, and a chain. No network, no clock. */
export class Network implements Secondaries {
  readonly chain: TestChain;
  readonly disk: Disk;
  readonly signer: TestSigner;
  readonly secondaries = new Map<string, TestSecondary>();
  /** Calls that reached a secondary: `piece 0 http://…`, `done http://…`. */
  readonly calls: string[] = [];
  /** Endpoints that refuse everything. */
  readonly broken = new Set<string>();
  /** Called before each call to a secondary. */
  beforeCall: (call: string) => Promise<void> | void = () => {};
  readonly #options: NetworkOptions;
  client!: Modules;
  manager!: ManagerModule;
  uploader!: UploaderModule;
  executor!: ExecutorModule;

  constructor(options: NetworkOptions = {}) {
    this.#options = options;
    this.chain = new TestChain(options);
    this.disk = new Disk(options.spdbPause);
    this.signer = new TestSigner(this.chain, 1);
    for (const { id, endpoint } of this.chain.providers) {
      if (id > 1) this.secondaries.set(endpoint, new TestSecondary(this.chain, id));
    }
    this.#build();
  }

  #build(): void {
    const listObjectsByIds = async () => this.chain.objects;
    this.client = { signer: this.signer, metadata: { listObjectsByIds } } as unknown as Modules;
    this.manager = this.makeManager();
    this.uploader = this.makeUploader();
    this.executor = this.makeExecutor();
    Object.assign(this.client, { manager: this.manager, uploader: this.uploader });
  }

  get #shared() {
    return { client: this.client, ...this.disk, pieceMaker, logger: silentLogger, consensus: this.chain };
  }

  /** One more manager on the same disk; not started, and not yet the one that others call. */
  makeManager(): ManagerModule {
    const options = { operatorAddress: operatorOf(1), memberGraceMs: 50, ...this.#options.manager };
    const { engine, picker } = this.#options;
    const given = { ...(engine ? { engine } : {}), ...(picker ? { picker } : {}) };
    return new ManagerModule(options, { ...this.#shared, ...given });
  }

  makeUploader(options: UploaderOptions = {}): UploaderModule {
    return new UploaderModule({ patienceMs: 50, ...options }, { ...this.#shared, secondaries: this });
  }

  makeExecutor(): ExecutorModule {
    const { resources } = this.#options;
    return new ExecutorModule(
      { operatorAddress: operatorOf(1), maxExecuteNumber: 4 },
      { ...this.#shared, secondaries: this, repair: this.makeRepair(), ...(resources ? { resources } : {}) },
    );
  }

  makeRepair(): PieceRepair {
    return new PieceRepair({ operatorAddress: operatorOf(1) }, { ...this.#shared, peers: this, coder, hasher });
  }

  async start({ executor = true } = {}): Promise<this> {
    await this.manager.start();
    await this.uploader.start();
    if (executor) await this.executor.start();
    return this;
  }

  /** As a crash: nothing is told anything; what is on disk stays, and new modules start from it. */
  async restart(): Promise<void> {
    await this.stop();
    this.#build();
    await this.start();
  }

  /** Only the manager, as in a provider of several processes; the others find the new one behind the same name. */
  async restartManager(): Promise<void> {
    await this.manager.stop();
    this.manager = this.makeManager();
    Object.assign(this.client, { manager: this.manager });
    await this.manager.start();
  }

  async stop(): Promise<void> {
    await this.executor.stop();
    await this.uploader.stop();
    await this.manager.stop();
  }

  /** An object on chain for the payload, in a bucket of the provider's first family. */
  async createObject(payload: Uint8Array, fields: Partial<storage.ObjectInfo> = {}): Promise<storage.ObjectInfo> {
    if (!this.chain.buckets.has('bucket')) this.chain.addBucket('bucket', 1);
    const { max_segment_size } = this.chain.params.versioned_params;
    const checksums = await objectChecksums(payload, { segmentSize: Number(max_segment_size), data: 4, parity: 2 });
    return this.chain.addObject({ payload_size: BigInt(payload.length), checksums, ...fields });
  }

  /** A sealed object's update on chain, of the time `at`; the object as a task has it. */
  async beginUpdate(id: bigint, payload: Uint8Array, at = 100n): Promise<storage.ObjectInfo> {
    const { max_segment_size } = this.chain.params.versioned_params;
    const checksums = await objectChecksums(payload, { segmentSize: Number(max_segment_size), data: 4, parity: 2 });
    this.chain.beginUpdate(id, { payload_size: BigInt(payload.length), checksums, updated_at: at });
    return (await awaitedContent(this.chain.objects.get(id)!.object_info, { consensus: this.chain }))!;
  }

  uploadTask(object_info: storage.ObjectInfo): UploadObjectTask {
    return {
      task: newTask({ timeout: 2n }),
      object_info,
      storage_params: this.chain.params,
      virtual_group_family_id: 1,
      is_agent_upload: object_info.checksums.length === 0,
    };
  }

  partTask(object_info: storage.ObjectInfo, offset: number, completed: boolean): ResumableUploadObjectTask {
    return { ...this.uploadTask(object_info), offset: BigInt(offset), length: 0n, completed };
  }

  async replicatePiece(endpoint: string, task: ReceivePieceTask, piece: Uint8Array): Promise<void> {
    const secondary = await this.#reach(endpoint, `piece ${task.segment_idx} ${endpoint}`);
    await secondary.receiver.replicatePiece(task, piece);
  }

  async doneReplicatePiece(endpoint: string, task: ReceivePieceTask): Promise<Uint8Array> {
    const secondary = await this.#reach(endpoint, `done ${endpoint}`);
    return (await secondary.receiver.doneReplicatePiece(task)).signature;
  }

  /** A secondary's own piece. */
  async recoverPiece(endpoint: string, { object_info, segment_idx }: RecoverPieceTask): Promise<Uint8Array> {
    const { disk } = await this.#reach(endpoint, `recover ${segment_idx} ${endpoint}`);
    const group = this.chain.objects.get(object_info.id)?.global_virtual_group;
    const index = group?.secondary_sp_ids.findIndex((id) => this.chain.providers[id - 1]!.endpoint === endpoint) ?? -1;
    return disk.pieceStore.get(ecPieceKey(object_info.id, segment_idx, index, object_info.version));
  }

  async #reach(endpoint: string, call: string): Promise<TestSecondary> {
    await this.beforeCall(call);
    this.calls.push(call);
    const secondary = this.secondaries.get(endpoint);
    if (!secondary || this.broken.has(endpoint)) {
      const description = `${endpoint} does not answer`;
      throw new GfSpError({ code_space: 'client', http_status_code: 500, inner_code: 98001, description });
    }
    return secondary;
  }
}

/** Bytes in chunks of the given size. */
export async function* chunksOf(payload: Uint8Array, size = 100): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < payload.length; at += size) yield payload.subarray(at, at + size);
}

/** Byte i is (i·31 + 7) & 255, as in the recordings. */
export const payloadOf = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, i) => (i * 31 + 7) & 255));

/** Resolves when `condition` holds; looks whenever the event loop has nothing else to do. */
export async function until(condition: () => boolean | Promise<boolean>, what: string, ms = 20_000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited ${ms} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Asserts that a promise rejects with this code. */
export async function rejectsWith(work: Promise<unknown>, innerCode: number): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (error instanceof GfSpError && error.innerCode === innerCode) return;
    throw error;
  }
  throw new Error(`expected code ${innerCode}, but there was no error`);
}
