/** What one process of a provider is told, whether it comes from a configuration file, the devnet or a test. */
import type { ModuleName, ResourceOptions } from '@prairie/gfsp';
import type { PieceStoreSettings } from '@prairie/store';
import type { ApproverOptions } from '../approver/index.ts';
import type { AuthenticatorOptions } from '../authenticator/index.ts';
import type { BlockSyncerOptions } from '../blocksyncer/index.ts';
import type { DownloaderOptions } from '../downloader/index.ts';
import type { ExecutorOptions } from '../executor/index.ts';
import type { GatewayOptions } from '../gater/index.ts';
import type { ManagerOptions } from '../manager/index.ts';
import type { MetadataOptions } from '../metadata/index.ts';
import type { ReceiverOptions } from '../receiver/index.ts';
import type { ScrubsDependencies, ScrubsOptions } from '../scrub/index.ts';
import type { SignerOptions } from '../signer/index.ts';
import type { UploaderOptions } from '../uploader/index.ts';
import type { Databases } from './databases.ts';

/** What the framework itself gives to every module that needs it. */
type Given = 'operatorAddress' | 'version';

/** Options of the modules; those of modules that do not run here may be left out. */
export interface ModuleSettings {
  approver?: Omit<ApproverOptions, Given>;
  authenticator?: Pick<AuthenticatorOptions, 'purgeIntervalMs'>;
  blocksyncer?: BlockSyncerOptions;
  downloader?: Omit<DownloaderOptions, Given>;
  executor?: Omit<ExecutorOptions, Given>;
  gateway?: Omit<GatewayOptions, Given>;
  manager?: Omit<ManagerOptions, Given>;
  metadata?: Omit<MetadataOptions, Given>;
  receiver?: ReceiverOptions;
  signer?: SignerOptions;
  uploader?: UploaderOptions;
}

export interface ProviderSettings {
  /** Modules to run, by the reference's names; empty runs all. */
  services: readonly string[];
  /** This provider: its operator's address. */
  operatorAddress: string;
  /** Shown by /status. */
  version: string;
  chain: { rpcUrls: readonly string[]; chainId: string };
  /** How far behind the chain the block syncer's tables may be for decisions to come from them. Default 2. */
  maxLagBlocks?: number;
  /** Folder of tables and locks; undefined keeps all in memory. */
  dataDir: string | undefined;
  /** Where tables are. Default: files in the data folder. */
  databases?: Databases;
  /** Whether steps and failures of uploads are kept in tables. Default true. */
  traceUploads?: boolean;
  /** Where pieces are. Default: files in `pieces` in the data folder, in memory without one. */
  pieces?: PieceStoreSettings;
  /** Where other processes reach the modules of this one, `host:port`; without it nobody can. */
  grpcAddress?: string;
  /** Where modules run that do not run here. */
  endpoints?: Partial<Record<ModuleName, readonly string[]>>;
  /** Of calls between processes: files in PEM. Both sides show a certificate of the same authority. */
  grpcTls?: { caFile: string; certFile: string; keyFile: string };
  grpcMaxMessageBytes?: number;
  /** Parts get so long to end what runs. Default 10 s. */
  drainMs?: number;
  queue?: QueueSettings;
  /** How pieces are looked through for damage, and who is told of it. Default: 8 MiB a second, once a week. */
  scrub?: Pick<ScrubsOptions, 'bytesPerSecond' | 'intervalSeconds'> &
    Pick<ScrubsDependencies, 'onScrubbed' | 'onPassed'>;
  /** Limits of the process, and of single modules. Default: the reference's (§2.1 of tasks-and-manager). */
  limits?: ResourceOptions;
  modules: ModuleSettings;
}

/** Where the manager's queues are; in its memory without. */
export type QueueSettings = { engine: 'memory' } | { engine: 'postgres'; url: string; schema?: string };
