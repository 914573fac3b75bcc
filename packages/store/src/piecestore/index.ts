export { FilePieceStore, type FilePieceStoreOptions, type SyncPolicy } from './file-store.ts';
export { InvalidKeyError } from './keys.ts';
export { MemoryPieceStore, type MemoryPieceStoreOptions } from './memory-store.ts';
