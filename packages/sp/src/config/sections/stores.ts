/** Databases and pieces (`reference/cli-and-config.md` §3.2, §3.3). */
import { flag, hostOrHostPort, oneOf, seconds, text, whole } from '../kinds.ts';
import { key, RecordKind, table } from '../record.ts';
import { ON_SERVER } from './common.ts';

const idle = ON_SERVER;
/** Connections to a server, in each process that has these tables open. */
const pool = {
  connMaxLifetime: key('ConnMaxLifetime', seconds(), 2048, 'Longest life of a connection, seconds.', { idle }),
  connMaxIdleTime: key('ConnMaxIdleTime', seconds(), 2048, 'Longest time a connection idles, seconds.', { idle }),
  maxIdleConns: key('MaxIdleConns', whole(), 2048, 'Idle connections at most.', {
    idle: 'a connection that is not needed is closed after ConnMaxIdleTime, however many there are',
  }),
  // the reference's 2048 is more than a server takes unless it is told to: PostgreSQL 100, MySQL 151
  maxOpenConns: key('MaxOpenConns', whole({ max: 65_535 }), 16, 'Connections at most.', { idle }),
};
const address = (env?: string) =>
  key('Address', hostOrHostPort, '127.0.0.1', "Where it is; without a port, at the engine's own (3306 or 5432).", {
    ...(env ? { env } : {}),
    idle,
  });

export const spDb = new RecordKind({
  user: key('User', text(), 'root', 'User of the database.', { env: 'SP_DB_USER', idle }),
  passwd: key('Passwd', text(), 'test', 'Its password.', { env: 'SP_DB_PASSWORD', secret: true, idle }),
  address: address('SP_DB_ADDRESS'),
  database: key('Database', text(), 'storage_provider_db', 'Its name.', { env: 'SP_DB_DATABASE', idle }),
  ...pool,
  enableTracePutEvent: key('EnableTracePutEvent', flag, true, 'Steps and failures of uploads are kept in tables.'),
});

export const bsDb = new RecordKind({
  user: key('User', text(), 'root', 'User of the database.', { env: 'BS_DB_USER', idle }),
  passwd: key('Passwd', text(), 'test', 'Its password.', { env: 'BS_DB_PASSWORD', secret: true, idle }),
  address: address(),
  database: key('Database', text(), 'block_syncer', 'Its name.', { idle }),
  ...pool,
  enableTracePutEvent: key('EnableTracePutEvent', flag, false, 'Nothing: the tables of blocks have no such events.'),
});

/** The reference's; stands for a folder of ours. */
export const DEFAULT_BUCKET_URL = './data';

const store = new RecordKind({
  storage: key(
    'Storage',
    oneOf(['s3', 'oss', 'b2', 'minio', 'file', 'ldfs', 'memory']),
    'file',
    'Where pieces are kept: files, buckets of object storages, or memory, for tests.',
  ),
  bucketUrl: key(
    'BucketURL',
    text(),
    DEFAULT_BUCKET_URL,
    'Folder, or URL of the bucket. The default stands for a folder under `Prairie.DataDir`.',
    { env: 'BUCKET_URL' },
  ),
  maxRetries: key('MaxRetries', whole({ max: 100 }), 5, 'How often a request to a bucket is made again.'),
  minRetryDelay: key('MinRetryDelay', seconds({ max: 60 }), 1, 'Least pause before that, seconds; it doubles.'),
  tlsInsecureSkipVerify: key('TLSInsecureSkipVerify', flag, false, 'Certificates of buckets are not checked.'),
  iamType: key(
    'IAMType',
    oneOf(['SA', 'AKSK']),
    'SA',
    'Keys of buckets: those of a service account (`s3`, `oss`), or access key and secret key in the environment.',
  ),
});

export const pieceStore = new RecordKind({
  shards: key(
    'Shards',
    whole({ max: 256 }),
    0,
    'Folders or buckets over which pieces are spread; from 2 on `BucketURL` has one `%d` for their numbers.',
  ),
  store: table('Store', store, 'The store.'),
});
