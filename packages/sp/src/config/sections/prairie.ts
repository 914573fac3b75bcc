/** Keys that the reference does not have. */
import { PIECE_MEMORY_BYTES } from '../../common/piece-memory.ts';
import { decimal, flag, httpUrl, listOf, network, oneOf, postgresUrl, seconds, text, whole } from '../kinds.ts';
import { key, RecordKind } from '../record.ts';
import { ON_SERVER, period } from './common.ts';

const file = 'the path of a file';
const keyFile = (name: string, whose: string) =>
  key(name, text(file), '', `File with the hex digits of ${whose}, for when \`SpAccount\` has it not.`);

export const consensus = new RecordKind({
  maxLagBlocks: key(
    'MaxLagBlocks',
    whole({ max: 1000 }),
    2,
    "How far behind the chain the block syncer's tables may be for decisions about reads to come from them.",
  ),
});

export const prairie = new RecordKind({
  dataDir: key('DataDir', text('a folder'), './data', 'Folder of tables, locks, and pieces that are nowhere else.'),
  database: key(
    'Database',
    oneOf(['sqlite', 'mysql', 'postgres']),
    'sqlite',
    'Where tables are: files under `DataDir`, or servers at `SpDB` and `BsDB`. `mysql` is MariaDB too.',
  ),
  bsDbStandby: key(
    'BsDBStandby',
    text('a name'),
    '',
    'A second database on the server of `BsDB`, in which the tables of blocks can be made anew while the others are used.',
    { idle: ON_SERVER },
  ),
  pieceSync: key(
    'PieceSync',
    oneOf(['always', 'batch', 'never']),
    'batch',
    'When a piece in a file counts as kept: `batch`, when a power loss spares it; `always` too, with a sync of the folder for each; `never`, when the system has it.',
  ),
  pieceCacheBytes: key('PieceCacheBytes', whole(), 0, 'Memory for pieces that were read; 0: none are kept.'),
  plugins: key('Plugins', listOf(text('packages or files')), [], 'Packages or files with modules and parts of yours.'),
  queueEngine: key(
    'QueueEngine',
    oneOf(['memory', 'postgres']),
    'memory',
    "Where the manager's queues are; `postgres` lets several managers share them.",
  ),
  queueUrl: key('QueueUrl', postgresUrl, '', 'Database of the queues.', { secret: true, env: 'PRAIRIE_QUEUE_URL' }),
  queueSchema: key('QueueSchema', text('a name'), 'prairie', 'Its schema.'),
  grpcTlsCa: key('GrpcTlsCa', text(file), '', 'PEM of the authority that every process of the provider trusts.'),
  grpcTlsCert: key('GrpcTlsCert', text(file), '', "PEM of this process's certificate."),
  grpcTlsKey: key('GrpcTlsKey', text(file), '', 'PEM of its key.'),
  grpcMaxMessageBytes: key(
    'GrpcMaxMessageBytes',
    whole({ max: 2 ** 31 - 1 }),
    64 << 20,
    'Bytes of a message between processes at most.',
  ),
  drainSeconds: key('DrainSeconds', seconds({ max: 3600 }), 30, 'A stop gives what runs so long to end.'),
  gcStoreInterval: key(
    'GcStoreInterval',
    seconds(),
    86_400,
    'Seconds between passes over the whole piece store for pieces that no row claims, with `EnableGCZombie`.',
  ),
  gcRate: key('GcRate', whole({ max: 1_000_000 }), 500, 'Pieces a second that a collection deletes, at most.'),
  scrubRate: key(
    'ScrubRate',
    whole({ max: 2 ** 40 }),
    8 << 20,
    'Bytes a second at which stored pieces are looked through for damage, which is repaired; 0: they are not.',
  ),
  scrubInterval: key(
    'ScrubInterval',
    seconds({ min: 60 }),
    604_800,
    'Seconds from the beginning of such a pass over all pieces to that of the next one, at least.',
  ),
  verifyReads: key(
    'VerifyReads',
    flag,
    true,
    'Pieces are hashed before their first byte goes out, and repaired when wrong.',
  ),
  uploadMemoryBytes: key(
    'UploadMemoryBytes',
    whole({ min: 1 }),
    PIECE_MEMORY_BYTES,
    'Memory for payloads that come in, with their shards, in each process; who uploads more waits.',
  ),
  uploadMemoryBytesPerObject: key(
    'UploadMemoryBytesPerObject',
    whole({ min: 1 }),
    80 << 20,
    'Of that, for one object; the default is three segments of 16 MiB with their shards.',
  ),
  replicateMemoryBytes: key(
    'ReplicateMemoryBytes',
    whole({ min: 1 }),
    PIECE_MEMORY_BYTES,
    'Memory for segments that are sent to secondaries after their upload, in each process.',
  ),
  receiveMemoryBytes: key(
    'ReceiveMemoryBytes',
    whole({ min: 1 }),
    PIECE_MEMORY_BYTES,
    'Memory for pieces that other providers send, in each process; who sends more waits.',
  ),
  readMemoryBytes: key(
    'ReadMemoryBytes',
    whole({ min: 1 }),
    PIECE_MEMORY_BYTES,
    'Memory for segments that were hashed and go out; without room a segment is read twice instead.',
  ),
  profiles: key('Profiles', flag, false, 'CPU and heap profiles can be asked for.'),
  traces: key('Traces', httpUrl, '', 'Where traces are sent (OTLP over HTTP); empty: there are none.'),
  traceSample: key('TraceSample', decimal({ max: 1 }), 1, 'Part of the requests that are traced.'),
  signerCommand: key(
    'SignerCommand',
    listOf(text('a program and its arguments')),
    [],
    'A program that holds the keys and signs in place of this process.',
  ),
  openQueries: key(
    'OpenQueries',
    flag,
    false,
    "Read quota and read records are for anyone, as in the reference; else for the bucket's owner and this provider.",
  ),
  accountRateLimit: key('AccountRateLimit', whole(), 0, 'Signed requests of an account in a period; 0: no limit.'),
  accountRatePeriod: key('AccountRatePeriod', period, 'S', 'Second, minute, hour or day.'),
  bandwidth: key('Bandwidth', whole(), 0, 'Bytes a second of each client address, both ways; 0: no limit.'),
  bandwidthBurst: key('BandwidthBurst', whole(), 0, 'Bytes that may go at once after a pause; 0: those of a second.'),
  trustedProxies: key(
    'TrustedProxies',
    listOf(network),
    [],
    'Proxies whose `X-Forwarded-For` is believed; none are named: those of private networks.',
  ),
  operatorKeyFile: keyFile('OperatorKeyFile', "the operator's key"),
  sealKeyFile: keyFile('SealKeyFile', 'the seal key'),
  approvalKeyFile: keyFile('ApprovalKeyFile', 'the approval key'),
  gcKeyFile: keyFile('GcKeyFile', 'the GC key'),
  blsKeyFile: keyFile('BlsKeyFile', 'the BLS key'),
});
