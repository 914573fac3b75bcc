/** Every key of the configuration of one provider, in the order of the reference (`reference/cli-and-config.md` §3). */
import { hostPort, listOf, oneOf, text } from './kinds.ts';
import { key, RecordKind, table, type ValuesOf } from './record.ts';
import * as offer from './sections/chain.ts';
import { consensus, prairie } from './sections/prairie.ts';
import * as process from './sections/process.ts';
import * as stores from './sections/stores.ts';
import * as work from './sections/work.ts';

export const schema = new RecordKind({
  env: key(
    'Env',
    oneOf(['local', 'devnet', 'qanet', 'testnet', 'mainnet']),
    'mainnet',
    'The network; the reference answers more questions elsewhere than on mainnet.',
  ),
  appId: key('AppID', text(), '', 'Name of this process; without one it is `gfsp-` and its modules.'),
  server: key('Server', listOf(text('a module')), [], 'Modules to run; an empty list runs all.'),
  grpcAddress: key('GRPCAddress', hostPort, 'localhost:9333', 'Where other processes reach the modules of this one.'),
  spDb: table('SpDB', stores.spDb, "The provider's own tables."),
  bsDb: table('BsDB', stores.bsDb, "The block syncer's picture of the chain."),
  pieceStore: table('PieceStore', stores.pieceStore, 'Where pieces are kept.'),
  chain: table('Chain', offer.chain, 'The chain, and what is paid for transactions.'),
  spAccount: table('SpAccount', offer.spAccount, 'Who the provider is, and its keys.'),
  endpoint: table('Endpoint', process.endpoints, 'Modules in other processes. Several addresses: with commas.'),
  approval: table('Approval', offer.approval, 'How long approvals live.'),
  bucket: table('Bucket', offer.bucket, 'Limits of buckets and uploads.'),
  gateway: table('Gateway', offer.gateway, 'The HTTP gateway.'),
  executor: table('Executor', work.executor, 'Work in the background.'),
  p2p: table('P2P', process.p2p, 'Talk between providers.'),
  parallel: table('Parallel', work.parallel, 'How much is in work at a time.'),
  task: table('Task', work.task, 'Times and attempts of tasks.'),
  monitor: table('Monitor', process.monitor, 'Metrics, profiles and probes.'),
  rcmgr: table('Rcmgr', process.rcmgr, 'Limits of memory, tasks, files and connections.'),
  log: table('Log', process.logs, 'The log.'),
  blockSyncer: table('BlockSyncer', process.blockSyncer, 'Reading the chain.'),
  apiRateLimiter: table('APIRateLimiter', process.apiRateLimiter, 'Limits of requests.'),
  manager: table('Manager', work.manager, 'The manager.'),
  gc: table('GC', work.gc, 'Garbage collection.'),
  quota: table('Quota', offer.quota, 'Read quota.'),
  consensus: table('Consensus', consensus, 'Where decisions come from.'),
  prairie: table('Prairie', prairie, "Prairie's own keys, which the reference does not have."),
});

/** The configuration of one process of a provider. Keys are those of the file; secrets are plain text: never log it. */
export type SpConfig = ValuesOf<(typeof schema)['fields']>;
