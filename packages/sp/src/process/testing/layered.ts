/** A provider of which every layer is another's: parts in maps, a chain in memory, and modules of our own. */
import type { greenfieldStorage as storage } from '@prairie/chain';
import {
  type AppPart,
  type BlockSyncer,
  type CallInterceptor,
  type ModuleDefinition,
  type Modules,
  newTask,
  silentLogger,
  type UploadObjectTask,
} from '@prairie/gfsp';
import { objectChecksums } from '@prairie/redundancy';
import { CHAIN_ID, operatorOf, TestChain } from '../../testing/chain.ts';
import { TestSigner } from '../../testing/network.ts';
import type { ModuleContext } from '../context.ts';
import type { Extension, Parts } from '../extension.ts';
import { Provider } from '../provider.ts';
import type { ProviderSettings } from '../settings.ts';
import { MemoryResources, NotingQueueEngine } from './counting.ts';
import { MapBsDb } from './map-bsdb.ts';
import { MapPieceStore, MapSpDb } from './map-stores.ts';

const MEMORY = 1n << 30n;

/** Module layer: ours is replaced, keys and transactions are another's business. */
class OwnSigner extends TestSigner implements AppPart {
  readonly name = 'signer';
  async start(): Promise<void> {}
  async stop(): Promise<void> {}
}

/** Module layer: the tables are filled by hand, at the height that the chain has. */
class OwnBlockSyncer implements BlockSyncer, AppPart {
  readonly name = 'blocksyncer';
  async start(): Promise<void> {}
  async stop(): Promise<void> {}

  async *heights(signal: AbortSignal): AsyncGenerator<bigint> {
    yield 1n;
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }
}

/** All parts and modules of a provider, each of which says how it was used. */
export class Layers {
  readonly chain = new TestChain();
  readonly pieceStore = new MapPieceStore();
  readonly spdb = new MapSpDb();
  readonly bsdb = new MapBsDb();
  readonly resources = new MemoryResources(MEMORY);
  readonly queues = new NotingQueueEngine();
  /** Starts and stops of a part of our own, in order. */
  readonly lifecycle: string[] = [];
  picked = 0;
  /** From the inside of the provider, as its modules have it. */
  context!: ModuleContext;

  get client(): Modules {
    return this.context.client;
  }

  /** `Required`: every part that there is has one here. */
  readonly parts: Required<Parts> = {
    picker: () => ({
      pickFamily: (families) => this.#first(families),
      pickGroup: (groups) => this.#first(groups),
    }),
    pieceStore: () => this.pieceStore,
    spdb: () => this.spdb,
    bsdb: () => this.bsdb,
    consensus: () => this.chain,
    queueEngine: () => this.queues,
    resources: () => this.resources,
  };

  readonly modules: ModuleDefinition<ModuleContext>[] = [
    { name: 'signer', serves: 'signer', description: 'Signs.', create: () => new OwnSigner(this.chain, 1) },
    { name: 'blocksyncer', serves: 'blocksyncer', description: 'Is there.', create: () => new OwnBlockSyncer() },
    {
      name: 'inspector',
      description: 'A module that is none of ours.',
      create: (context) => {
        this.context = context;
        const note = async (what: string) => void this.lifecycle.push(what);
        return { name: 'inspector', needs: ['manager'], start: () => note('start'), stop: () => note('stop') };
      },
    },
  ];

  #first<T>(candidates: readonly T[]): T | undefined {
    this.picked += 1;
    return candidates[0];
  }

  /** Opened and started. Later extensions take the place of earlier ones. */
  async boot(extensions: readonly Extension[] = [], around?: CallInterceptor): Promise<Provider> {
    const provider = await Provider.open(settings, {
      logger: silentLogger,
      extensions: [{ parts: this.parts, modules: this.modules }, ...extensions],
      ...(around ? { around } : {}),
    });
    await provider.start();
    return provider;
  }

  /** An object on chain that waits for the payload, in a bucket of the provider's first family. */
  async uploadOf(payload: Uint8Array): Promise<UploadObjectTask> {
    if (!this.chain.buckets.has('bucket')) this.chain.addBucket('bucket', 1);
    const segmentSize = Number(this.chain.params.versioned_params.max_segment_size);
    const checksums = await objectChecksums(payload, { segmentSize, data: 4, parity: 2 });
    const object_info: storage.ObjectInfo = this.chain.addObject({ payload_size: BigInt(payload.length), checksums });
    return {
      task: newTask({ timeout: 2n }),
      object_info,
      storage_params: this.chain.params,
      virtual_group_family_id: 1,
      is_agent_upload: false,
    };
  }
}

const settings: ProviderSettings = {
  services: [
    ...['approver', 'blocksyncer', 'downloader', 'inspector', 'manager', 'metadata', 'receiver', 'signer'],
    'uploader',
  ],
  operatorAddress: operatorOf(1),
  version: 'test',
  // a place where nothing listens: a question that passes by the consensus layer fails
  chain: { rpcUrls: ['http://127.0.0.1:1'], chainId: CHAIN_ID },
  dataDir: undefined,
  modules: {},
};
