/**
 * What each module offers to the others, a file each. A module is reached through `app.client`, never by import: the
 * same call is served in this process or by RPC, so arguments and results are plain values or byte streams.
 *
 * Errors are `GfSpError` values; each method names the tables its errors come from.
 */
import type { Approver } from './modules/approver.ts';
import type { Authenticator } from './modules/authenticator.ts';
import type { BlockSyncer } from './modules/blocksyncer.ts';
import type { Downloader } from './modules/downloader.ts';
import type { Manager } from './modules/manager.ts';
import type { Metadata } from './modules/metadata.ts';
import type { P2p } from './modules/p2p.ts';
import type { Receiver } from './modules/receiver.ts';
import type { Uploader } from './modules/uploader.ts';
import type { Signer } from './signer.ts';

export type * from './modules/approver.ts';
export type * from './modules/authenticator.ts';
export type * from './modules/blocksyncer.ts';
export type * from './modules/bytes.ts';
export type * from './modules/collection.ts';
export type * from './modules/downloader.ts';
export type * from './modules/manager.ts';
export type * from './modules/metadata.ts';
export type * from './modules/p2p.ts';
export type * from './modules/quota.ts';
export type * from './modules/receiver.ts';
export type * from './modules/recovering.ts';
export type * from './modules/scrub.ts';
export type * from './modules/uploader.ts';

/** Modules by the reference's names; what one process lacks is reached by RPC. */
export interface Modules {
  authenticator: Authenticator;
  approver: Approver;
  uploader: Uploader;
  downloader: Downloader;
  receiver: Receiver;
  manager: Manager;
  signer: Signer;
  metadata: Metadata;
  blocksyncer: BlockSyncer;
  p2p: P2p;
}

export type ModuleName = keyof Modules;
