/** The process: who it is, where it listens, what can be seen of it (§3.1, §3.6, §3.9, §3.13–§3.15). */
import { SYNC_MODULES } from '../../blocksyncer/module-names.ts';
import {
  amount,
  flag,
  hostOrHostPort,
  hostPort,
  listOf,
  oneOf,
  privateKey,
  regularExpression,
  seconds,
  text,
  whole,
} from '../kinds.ts';
import { key, named, optional, RecordKind, table } from '../record.ts';
import { NO_P2P, ON_SERVER, period } from './common.ts';

const endpoint = (name: string, whom: string) =>
  key(name, listOf(hostPort, 'commas'), [], `Where ${whom} is when it is in another process.`);

export const endpoints = new RecordKind({
  approver: endpoint('ApproverEndpoint', 'the approver'),
  manager: endpoint('ManagerEndpoint', 'the manager'),
  downloader: endpoint('DownloaderEndpoint', 'the downloader'),
  receiver: endpoint('ReceiverEndpoint', 'the receiver'),
  metadata: endpoint('MetadataEndpoint', 'metadata'),
  uploader: endpoint('UploaderEndpoint', 'the uploader'),
  p2p: endpoint('P2PEndpoint', 'p2p'),
  signer: endpoint('SignerEndpoint', 'the signer'),
  authenticator: endpoint('AuthenticatorEndpoint', 'the authenticator'),
  blocksyncer: endpoint('BlockSyncerEndpoint', 'the block syncer'),
});

const idle = NO_P2P;
export const p2p = new RecordKind({
  p2pPrivateKey: key('P2PPrivateKey', privateKey, '', 'Key of this node; a random one without.', {
    ...{ env: 'P2P_PRIVATE_KEY', secret: true, idle },
  }),
  p2pAddress: key('P2PAddress', hostPort, 'localhost:9933', 'Where p2p listens.', { idle }),
  p2pAntAddress: key('P2PAntAddress', text(), '', 'Where others reach it.', { idle }),
  p2pBootstrap: key('P2PBootstrap', listOf(text('peerID@host:port')), [], 'Nodes to begin with.', { idle }),
  p2pPingPeriod: key('P2PPingPeriod', seconds({ raisedTo: 1 }), 1, 'Seconds between pings.', { idle }),
});

export const monitor = new RecordKind({
  disableMetrics: key('DisableMetrics', flag, false, 'No metrics.'),
  disablePprof: key('DisablePProf', flag, false, 'No profiles.'),
  disableProbe: key('DisableProbe', flag, false, 'No probes (the reference does not start with it).'),
  metricsHttpAddress: key('MetricsHTTPAddress', hostPort, 'localhost:24367', 'Where `/metrics` is.'),
  pprofHttpAddress: key(
    'PProfHTTPAddress',
    hostPort,
    'localhost:24368',
    'Where `/debug/pprof/` is, once `Prairie.Profiles` is on.',
  ),
  probeHttpAddress: key('ProbeHTTPAddress', hostPort, 'localhost:24369', 'Where `/-/healthy` and `/-/ready` are.'),
});

const MAX_INT32 = 2 ** 31 - 1;
const count = (name: string, effect: string) => optional(name, whole({ max: MAX_INT32 }), effect);

/** Named as the framework names them (`Limit` of `@prairie/gfsp`). */
const limits = new RecordKind({
  memory: optional('Memory', amount, 'Bytes.'),
  tasks: count('Tasks', 'Tasks of all priorities.'),
  tasks_high_priority: count('TasksHighPriority', 'Tasks of priority 170 and more.'),
  tasks_medium_priority: count('TasksMediumPriority', 'Tasks of priority 85 to 169.'),
  tasks_low_priority: count('TasksLowPriority', 'Tasks of lower priority.'),
  fd: count('Fd', 'Open files.'),
  conns: count('Conns', 'Connections.'),
  conns_inbound: count('ConnsInbound', 'Connections from others.'),
  conns_outbound: count('ConnsOutbound', 'Connections to others.'),
});

const limiter = new RecordKind({
  system: optional('System', limits, 'Limits of the process.'),
  transient: optional('Transient', limits, 'Another name of the same.', 'the transient scope is the system scope'),
  serviceLimit: key('ServiceLimit', named(limits), {}, 'Limits of single modules, by their names.'),
});

export const rcmgr = new RecordKind({
  disableRcmgr: key('DisableRcmgr', flag, false, 'Nothing is limited.'),
  gfSpLimiter: optional('GfSpLimiter', limiter, 'Limits; without it, defaults.'),
});

export const logs = new RecordKind({
  level: key(
    'Level',
    oneOf(['debug', 'info', 'warn', 'error', 'panic'], { dbug: 'debug', warning: 'warn', eror: 'error' }),
    'debug',
    'Least level of lines.',
  ),
  path: key('Path', text(), './gnfd-sp.log', 'File of the log, one per hour. `--log-std` writes to the terminal only.'),
});

const chainDataStorage = new RecordKind({
  enableStorage: key('EnableStorage', flag, false, 'Raw results of the newest blocks are kept in `block_result`.'),
  maximumStorageCount: key('MaximumStorageCount', whole({ raisedTo: 1 }), 1, 'Of how many blocks.'),
});

export const blockSyncer = new RecordKind({
  modules: key('Modules', listOf(oneOf(SYNC_MODULES)), [], 'Kinds of events that are handled; all without.'),
  workers: key('Workers', whole({ max: 256 }), 16, 'Blocks fetched at a time while it catches up.'),
  commitNumber: key(
    'CommitNumber',
    whole(),
    2000,
    'Events in one transaction while it catches up; a block is never parted.',
  ),
  bsDbWriteAddress: key(
    'BsDBWriteAddress',
    hostOrHostPort,
    '',
    'Where the server is that the block syncer writes to; `BsDB.Address` without.',
    { idle: ON_SERVER },
  ),
  dataMonitor: key('DataMonitor', flag, false, 'Objects are counted now and then into `data_stat`.'),
  dataStatisticsDuration: key('DataStatisticsDuration', whole({ raisedTo: 1 }), 2000, 'At multiples of this height.'),
  chainDataStorage: table('ChainDataStorage', chainDataStorage, 'What is kept of blocks.'),
});

const pattern = new RecordKind({
  key: key('Key', regularExpression, '', 'A regular expression; for `APILimits` the exact `host-path`.'),
  method: key('Method', text(), '', 'HTTP method; empty for any.'),
  names: key('Names', listOf(text('names')), [], 'Limits of `NameToLimit` that count.'),
});
const nameToLimit = new RecordKind({
  name: key('Name', text(), '', 'Name of the limit.'),
  rateLimit: key('RateLimit', whole(), 0, 'Requests in a period.'),
  ratePeriod: key('RatePeriod', period, 'S', 'Second, minute, hour or day.'),
});
const ipLimit = new RecordKind({
  on: key('On', flag, false, 'Addresses are limited.'),
  rateLimit: key('RateLimit', whole(), 0, 'Requests in a period.'),
  ratePeriod: key('RatePeriod', period, 'S', 'Second, minute, hour or day.'),
});
const patterns = (name: string, effect: string) => key(name, listOf(pattern), [], effect);

export const apiRateLimiter = new RecordKind({
  ipLimitCfg: table('IPLimitCfg', ipLimit, 'Limits per address.'),
  pathPattern: patterns('PathPattern', 'Limits of paths; the first match counts.'),
  hostPattern: patterns('HostPattern', 'Limits of hosts; every match counts.'),
  apiLimits: patterns('APILimits', 'Limits of `host-path`.'),
  nameToLimit: key('NameToLimit', listOf(nameToLimit), [], 'The limits by name.'),
});
