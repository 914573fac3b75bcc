/** Which services each module has, and its stand-in for other processes. */
import type { ModuleName, Modules } from '@prairie/gfsp';
import type { Caller } from '../client/caller.ts';
import { moduleAbsent } from '../errors.ts';
import type { RpcService, ServedService } from '../method.ts';
import {
  approvalService,
  approverExtensionService,
  callApprover,
  serveApproval,
  serveApproverExtension,
} from './approver.ts';
import { authenticationService, callAuthenticator, serveAuthentication } from './authenticator.ts';
import { blockSyncerService, callBlockSyncer, serveBlockSyncer } from './blocksyncer.ts';
import {
  callDownloader,
  downloadService,
  serveDownload,
  serveStreamedDownload,
  streamedDownloadService,
} from './downloader.ts';
import { callManager, manageService, serveManage } from './manager.ts';
import { collectionService, serveCollection } from './manager-collection.ts';
import { managerExtensionService, serveManagerExtension } from './manager-extension.ts';
import { recoveryService, serveRecovery } from './manager-recovery.ts';
import { scrubService, serveScrub } from './manager-scrub.ts';
import { callMetadata, metadataService, serveMetadata } from './metadata.ts';
import { callP2p, p2pService, serveP2p } from './p2p.ts';
import { queryTaskService, serveQueryTask } from './query-task.ts';
import { callReceiver, receiveService, serveReceive } from './receiver.ts';
import { serveResource } from './resource.ts';
import { callSigner, serveSign, signService } from './signer.ts';
import { callUploader, serveUpload, uploadService } from './uploader.ts';

/** Module → its stand-in, made of what calls another process. */
export const STAND_INS: { readonly [K in ModuleName]: (caller: Caller) => Modules[K] } = {
  authenticator: callAuthenticator,
  approver: callApprover,
  uploader: callUploader,
  downloader: callDownloader,
  receiver: callReceiver,
  manager: callManager,
  signer: callSigner,
  metadata: callMetadata,
  blocksyncer: callBlockSyncer,
  p2p: callP2p,
};

interface Binding {
  readonly service: RpcService;
  readonly module: ModuleName;
  readonly serve: (modules: Partial<Modules>) => ServedService | undefined;
}

function bind<K extends ModuleName>(
  module: K,
  service: { readonly name: string },
  serve: (module: Modules[K]) => ServedService,
): Binding {
  const serveFrom = (modules: Partial<Modules>) => {
    const own = modules[module];
    return own && serve(own);
  };
  return { module, service: service as RpcService, serve: serveFrom };
}

/** In the order of `reference/internal-grpc.md` §3, then our own. */
const BINDINGS: readonly Binding[] = [
  bind('approver', approvalService, serveApproval),
  bind('authenticator', authenticationService, serveAuthentication),
  bind('downloader', downloadService, serveDownload),
  bind('uploader', uploadService, serveUpload),
  bind('receiver', receiveService, serveReceive),
  bind('manager', manageService, serveManage),
  bind('p2p', p2pService, serveP2p),
  bind('signer', signService, serveSign),
  { module: 'manager', service: queryTaskService as RpcService, serve: serveQueryTask },
  bind('metadata', metadataService, serveMetadata),
  bind('downloader', streamedDownloadService, serveStreamedDownload),
  bind('manager', managerExtensionService, serveManagerExtension),
  bind('manager', collectionService, serveCollection),
  bind('manager', recoveryService, serveRecovery),
  bind('manager', scrubService, serveScrub),
  bind('approver', approverExtensionService, serveApproverExtension),
  bind('blocksyncer', blockSyncerService, serveBlockSyncer),
];

/** Every service, whatever modules run: one whose module is not here answers that. `address` is for its error text. */
export function moduleServices(modules: Partial<Modules>, address: string): ServedService[] {
  const served = BINDINGS.map((binding) => binding.serve(modules) ?? absent(binding, address));
  return [...served, serveResource()];
}

function absent({ service, module }: Binding, address: string): ServedService {
  const refuse = async (): Promise<never> => {
    throw moduleAbsent(module, address);
  };
  const handlers = Object.fromEntries(Object.keys(service.methods).map((method) => [method, refuse]));
  return { service, handlers };
}
