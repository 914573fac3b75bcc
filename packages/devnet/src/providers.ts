/** The providers of a devnet, here and in processes of their own. */
import { join } from 'node:path';
import type { Logger } from '@prairie/gfsp';
import type { WorkerPool } from '@prairie/redundancy';
import { type Extension, loadConfig, Provider, type ProviderSettings, settingsOf } from '@prairie/sp';
import type { ProviderKeys } from './accounts.ts';
import { databasesOf, prepareDatabases } from './database-server.ts';
import { type DevnetOptions, HOST, MINIMUM_FOR_UPLOADS, VERSION } from './options.ts';
import { piecesOf } from './pieces.ts';
import { choosePorts } from './ports.ts';
import { writeProviderFile } from './processes/config-file.ts';
import { givenValue } from './processes/given-value.ts';
import { type ProcessPlan, processesOf } from './processes/plan.ts';
import { type GroupMember, ProcessGroup } from './processes/process-group.ts';

export interface ProviderPlan {
  id: number;
  keys: ProviderKeys;
  port: number;
  domain: string;
  endpoint: string;
}

export interface ProvidersDependencies {
  logger: Logger;
  /** Shared by the providers of this process. */
  pool: WorkerPool;
  /** Extensions of providers in this process, by their ids. */
  extensions?: Readonly<Record<number, readonly Extension[]>> | undefined;
}

export interface RunningProviders {
  /** Where the modules of a provider can be called, `host:port`, by its id; of a split one, its manager. */
  readonly grpc: ReadonlyMap<number, string>;
  stop(): Promise<void>;
}

/** Starts all providers at once: a family needs the others. @throws when one cannot start; the others are stopped */
export async function startProviders(
  options: DevnetOptions,
  plans: readonly ProviderPlan[],
  rpcUrl: string,
  { logger, pool, extensions = {} }: ProvidersDependencies,
): Promise<RunningProviders> {
  const processes = processesOf(options);
  const apart = new Set(processes.map(({ sp }) => sp));
  const providers: Provider[] = [];
  if (options.database) await prepareDatabases(options.database, options.providers);
  const group = processes.length > 0 ? groupOf(options, logger) : undefined;
  const stop = async () => {
    await Promise.allSettled([group?.stop(), ...providers.map((provider) => provider.stop())]);
  };
  try {
    const here = plans.filter(({ id }) => !apart.has(id));
    const taken = plans.map(({ port }) => port);
    const ports = await choosePorts(0, here.length + processes.length, taken);
    const grpc = new Map(here.map(({ id }, index) => [id, `${HOST}:${ports[index]}`]));
    for (const plan of here) {
      const settings = { ...settingsHere(options, plan, rpcUrl), grpcAddress: grpc.get(plan.id)! };
      const aids = { logger: logger.child({ sp: plan.id }), pool, extensions: extensions[plan.id] ?? [] };
      providers.push(await Provider.open(settings, aids));
    }
    const members = membersOf(options, { processes, ports: ports.slice(here.length) }, plans, rpcUrl);
    for (const { sp, services, options: told } of members) {
      if (services.length === 0 || services.includes('manager')) grpc.set(sp, told.grpcAddress);
    }
    await Promise.all([group?.start(members), ...providers.map((provider) => provider.start())]);
    return { grpc, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function groupOf({ dataDir, shape }: DevnetOptions, logger: Logger): ProcessGroup {
  if (!dataDir) throw new Error(`a devnet of shape ${shape} needs a data folder: its processes share files`);
  return new ProcessGroup({ file: join(dataDir, 'processes.json') }, { logger });
}

/** A provider in this process; with keys of the configuration as an operator's file has it. */
function settingsHere(options: DevnetOptions, plan: ProviderPlan, rpcUrl: string): ProviderSettings {
  const { set = [], dataDir } = options;
  if (set.length > 0 && !dataDir) throw new Error('a devnet without a data folder takes no keys of the configuration');
  const settings = set.length === 0 ? plainSettings(options, plan, rpcUrl) : configured(options, plan, rpcUrl);
  // with too few providers for a group there will never be one: nothing to wait for
  if (options.providers < MINIMUM_FOR_UPLOADS)
    settings.modules.manager = { ...settings.modules.manager, familyTimeoutMs: 0 };
  return settings;
}

function configured(options: DevnetOptions, plan: ProviderPlan, rpcUrl: string): ProviderSettings {
  const path = writeFile(options, plan, rpcUrl, {});
  const { config } = loadConfig({ path, env: {}, values: (options.set ?? []).map(givenValue) });
  return settingsOf(config, { version: VERSION });
}

function plainSettings(options: DevnetOptions, plan: ProviderPlan, rpcUrl: string): ProviderSettings {
  const { id, keys, port, domain } = plan;
  return {
    services: [],
    operatorAddress: keys.operator.address,
    version: VERSION,
    chain: { rpcUrls: [rpcUrl], chainId: options.chainId },
    dataDir: options.dataDir && join(options.dataDir, `sp${id}`),
    ...(options.database ? { databases: databasesOf(options.database, id) } : {}),
    ...(options.pieces ? { pieces: piecesOf(options.pieces, id) } : {}),
    modules: {
      gateway: { host: HOST, port, domains: [domain] },
      signer: {
        keys: {
          operator: keys.operator.privateKey,
          seal: keys.seal.privateKey,
          approval: keys.approval.privateKey,
          gc: keys.gc.privateKey,
          bls: keys.bls.secretKey,
        },
      },
    },
  };
}

/** Names in `[Endpoint]` of the modules that others call. */
const ENDPOINTS: Readonly<Record<string, string>> = {
  approver: 'Approver',
  authenticator: 'Authenticator',
  blocksyncer: 'BlockSyncer',
  downloader: 'Downloader',
  manager: 'Manager',
  metadata: 'Metadata',
  receiver: 'Receiver',
  signer: 'Signer',
  uploader: 'Uploader',
};

function membersOf(
  options: DevnetOptions,
  { processes, ports }: { processes: readonly ProcessPlan[]; ports: readonly number[] },
  plans: readonly ProviderPlan[],
  rpcUrl: string,
): GroupMember[] {
  const members = processes.map((process, index) => ({ ...process, grpcAddress: `${HOST}:${ports[index]}` }));
  return members.map(({ grpcAddress, ...process }) => {
    const own = members.filter(({ sp }) => sp === process.sp);
    const config = writeFile(options, plans[process.sp - 1]!, rpcUrl, endpointsOf(own));
    const { logLevel = 'warn', set = [] } = options;
    const told = { config, services: process.services, grpcAddress, logLevel, set, version: VERSION };
    return { ...process, options: told };
  });
}

function endpointsOf(members: readonly { services: readonly string[]; grpcAddress: string }[]) {
  const endpoints: Record<string, string[]> = {};
  for (const { services, grpcAddress } of members) {
    for (const service of services) {
      const name = ENDPOINTS[service];
      if (!name) continue;
      endpoints[name] ??= [];
      endpoints[name].push(grpcAddress);
    }
  }
  return endpoints;
}

function writeFile(
  { chainId, dataDir, database, pieces: pattern }: DevnetOptions,
  { id, keys, port, domain }: ProviderPlan,
  rpcUrl: string,
  endpoints: Readonly<Record<string, readonly string[]>>,
): string {
  const folder = join(dataDir!, `sp${id}`);
  const databases = database && databasesOf(database, id);
  const pieces = pattern === undefined ? undefined : piecesOf(pattern, id);
  const places = { dataDir: folder, databases, pieces };
  return writeProviderFile({ keys, rpcUrl, chainId, host: HOST, port, domain, ...places, endpoints });
}
