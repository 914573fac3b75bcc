export { CachedPieceStore, type CachedPieceStoreOptions } from './cached-store.ts';
export { FilePieceStore, type FilePieceStoreOptions, type SyncPolicy } from './file-store.ts';
export { InvalidKeyError } from './keys.ts';
export { MemoryPieceStore, type MemoryPieceStoreOptions } from './memory-store.ts';
export {
  locationOfShard,
  openPieceStore,
  type PieceStoreDependencies,
  type PieceStoreSettings,
  type Storage,
  shardProblem,
} from './open.ts';
export { BucketUrlError, bucketAddress, REMOTE_STORAGES, type RemoteStorage } from './s3/address.ts';
export { type IamType, MissingCredentialsError, signingFor } from './s3/credentials.ts';
export { ObjectStorageError } from './s3/errors.ts';
export { ShardedPieceStore } from './sharded-store.ts';
