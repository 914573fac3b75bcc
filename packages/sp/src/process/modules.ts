/**
 * The provider's own modules by the reference's names (`reference/cli-and-config.md` §2), in its order. How each is made
 * from what a process has, and what it stands on, is here and nowhere else.
 */
import type { AppPart, ModuleDefinition, Modules } from '@prairie/gfsp';
import { ApproverModule } from '../approver/index.ts';
import { AuthenticatorModule } from '../authenticator/index.ts';
import { BlockSyncerModule, SwitchedBsDb, SYNC_MODULES, WORKERS } from '../blocksyncer/index.ts';
import { SyncFollower } from '../common/sync-follower.ts';
import { DownloaderModule } from '../downloader/index.ts';
import { ExecutorModule } from '../executor/index.ts';
import { GaterModule } from '../gater/index.ts';
import { defaultGcSettings, type GcSettings, ManagerModule } from '../manager/index.ts';
import { metadataModule } from '../metadata/index.ts';
import { ReceiverModule } from '../receiver/index.ts';
import { Scrubs } from '../scrub/index.ts';
import { SignerModule } from '../signer/index.ts';
import { UploaderModule } from '../uploader/index.ts';
import type { ModuleContext } from './context.ts';
import { databasesOf } from './databases.ts';
import { managerQueues } from './queues.ts';

/** `serves` says which contract the part that `create` makes has to be. */
function module<N extends keyof Modules>(
  name: string,
  serves: N,
  description: string,
  create: (context: ModuleContext) => (AppPart & Modules[N]) | Promise<AppPart & Modules[N]>,
): ModuleDefinition<ModuleContext> {
  return { name, serves, description, create };
}

/** With the manager: it knows of all pieces by the tables, wherever the modules that read and write them run. */
async function scrubsOf({ settings, client, logger, foundations }: ModuleContext): Promise<Scrubs> {
  const { operatorAddress, scrub } = settings;
  const { consensus, hasher } = foundations;
  const pieceStore = await foundations.pieceStoreBehindCache();
  const dependencies = { client, consensus, hasher, pieceStore, logger };
  const spdb = await foundations.spdb();
  return new Scrubs(
    { ...scrub, operatorAddress },
    { ...dependencies, spdb, repair: await foundations.repair(), ...scrub },
  );
}

function gcFacts(settings: Partial<GcSettings> = {}) {
  const { zombies, meta, metaMs, trafficDays, recordDays } = { ...defaultGcSettings, ...settings };
  return { zombies, meta, metaSeconds: Math.round(metaMs / 1000), trafficDays, recordDays };
}

export const ownModules: readonly ModuleDefinition<ModuleContext>[] = [
  module('approver', 'approver', 'Agrees to the creation of buckets and objects.', async (context) => {
    const { settings, client, logger, resources, foundations } = context;
    const { consensus, secondaries: providers, memoryQueues: engine } = foundations;
    const spdb = await foundations.spdb();
    return new ApproverModule(
      { ...settings.modules.approver, operatorAddress: settings.operatorAddress },
      { client, consensus, spdb, providers, engine, resources, logger },
    );
  }),
  module(
    'authenticator',
    'authenticator',
    'Decides who may do an operation, and keeps the keys of applications.',
    async (context) => {
      const { settings, logger, foundations } = context;
      const { operatorAddress, modules } = settings;
      const { consensus, recent } = foundations;
      const spdb = await foundations.spdb();
      // the switch is the gateway's, and every process has the same configuration
      const openQueries = modules.gateway?.openQueries ?? false;
      return new AuthenticatorModule(
        { ...modules.authenticator, operatorAddress, openQueries },
        { logger, consensus, recent, spdb },
      );
    },
  ),
  module('downloader', 'downloader', 'Serves content, and charges read quota for it.', async (context) => {
    const { settings, logger, resources, foundations } = context;
    const { recent: consensus } = foundations;
    const spdb = await foundations.spdb();
    return new DownloaderModule(
      { ...settings.modules.downloader, operatorAddress: settings.operatorAddress },
      {
        ...{ consensus, spdb, resources, logger },
        pieceStore: await foundations.pieceStore(),
        repair: await foundations.repair(),
      },
    );
  }),
  {
    name: 'taskexecutor',
    description: 'Does the background work that the manager hands out.',
    create: async ({ settings, client, logger, resources, runTask, foundations }) => {
      const { consensus, secondaries, pieceMaker } = foundations;
      const spdb = await foundations.spdb();
      return new ExecutorModule(
        { ...settings.modules.executor, operatorAddress: settings.operatorAddress },
        {
          ...{ client, consensus, spdb, secondaries, pieceMaker, resources, logger },
          pieceStore: await foundations.pieceStore(),
          repair: await foundations.repair(),
          ...(runTask ? { runTask } : {}),
        },
      );
    },
  },
  {
    name: 'gateway',
    description: 'Answers HTTP requests of clients and of other providers.',
    create: ({ settings, client, logger, http, foundations }) => {
      const { modules, operatorAddress, version } = settings;
      if (!modules.gateway) throw new Error('the gateway has no address to listen on');
      return new GaterModule(
        { ...modules.gateway, operatorAddress, version },
        {
          ...{ client, logger, coder: foundations.coder, consensus: foundations.consensus },
          ...{ recent: foundations.recent, ...(http ? { http } : {}) },
        },
      );
    },
  },
  module('manager', 'manager', 'Knows what is to be done, in which order, and hands it out.', async (context) => {
    const { settings, client, logger, parts, foundations } = context;
    const { consensus, secondaries } = foundations;
    const spdb = await foundations.spdb();
    const engine = await managerQueues(settings, foundations, logger);
    const picker = parts.picker?.();
    const { operatorAddress, traceUploads = true } = settings;
    return new ManagerModule(
      { ...settings.modules.manager, operatorAddress, traceUploads },
      {
        ...{ client, consensus, spdb, engine, logger },
        pieceStore: await foundations.pieceStore(),
        scrubs: await scrubsOf(context),
        probe: (endpoint, signal) => secondaries.status(endpoint, signal),
        ...(picker ? { picker } : {}),
      },
    );
  }),
  module('receiver', 'receiver', 'Takes pieces of other providers.', async (context) => {
    const { settings, client, logger, resources, foundations } = context;
    const { hasher, consensus } = foundations;
    const { operatorAddress } = settings;
    const spdb = await foundations.spdb();
    const pieceStore = await foundations.pieceStore();
    const options = { operatorAddress, ...settings.modules.receiver };
    return new ReceiverModule(options, { client, consensus, spdb, pieceStore, hasher, resources, logger });
  }),
  module('signer', 'signer', "Holds the keys, signs, and sends the provider's transactions.", (context) => {
    const { settings, logger, foundations } = context;
    if (!settings.modules.signer) throw new Error('the signer has no keys: see docs/configuration.md, [SpAccount]');
    return new SignerModule(settings.modules.signer, { chain: foundations.chain, logger });
  }),
  module('metadata', 'metadata', "Answers from the block syncer's picture of the chain.", async (context) => {
    const { settings, client, logger, foundations } = context;
    const { consensus } = foundations;
    const spdb = await foundations.spdb();
    const bsdb = await foundations.bsdb();
    // when the tables are made anew, the reader goes over to the new ones with their block
    const onHeight = bsdb instanceof SwitchedBsDb ? { onHeight: () => bsdb.follow() } : {};
    const progress = new SyncFollower({ client, logger, ...onHeight });
    const { modules, operatorAddress, version, chain } = settings;
    const facts = {
      ...{ version, ...chain, domain: modules.gateway?.domains[0] ?? '' },
      monthlyFreeQuota: modules.gateway?.monthlyFreeQuota ?? 0n,
      syncModules: modules.blocksyncer?.modules ?? SYNC_MODULES,
      syncWorkers: modules.blocksyncer?.workers ?? WORKERS,
      hasStandby: databasesOf(settings).bsdbStandby !== undefined,
      checksHealth: modules.manager?.checkHealth ?? false,
      retriesTasks: modules.manager?.rejectUnsealedAfter !== undefined,
      gc: gcFacts(modules.manager?.gc),
    };
    const options = { ...modules.metadata, operatorAddress, facts };
    return metadataModule(options, { bsdb, spdb, chain: consensus, progress, logger });
  }),
  module('uploader', 'uploader', 'Takes payloads of clients.', async (context) => {
    const { settings, client, logger, resources, foundations } = context;
    const { consensus, pieceMaker, secondaries } = foundations;
    const spdb = await foundations.spdb();
    const pieceStore = await foundations.pieceStore();
    return new UploaderModule(settings.modules.uploader ?? {}, {
      ...{ client, consensus, spdb, pieceStore, pieceMaker, secondaries, resources, logger },
    });
  }),
  module(
    'blocksyncer',
    'blocksyncer',
    'Follows the chain into the tables that metadata answers from.',
    async (context) => {
      const { settings, logger, foundations } = context;
      const { chain } = foundations;
      const db = await foundations.syncedTables();
      const results = (height: bigint) => chain.rpc.blockResults(height);
      const syncer = new BlockSyncerModule(settings.modules.blocksyncer ?? {}, { db, chain, results, logger });
      syncer.onBlock((block) => foundations.tellBlock(block));
      return syncer;
    },
  ),
];
