/** The metadata service, a file for each subject (`reference/internal-grpc.md` §3.11). */
import type { Metadata } from '@prairie/gfsp';
import type { Caller } from '../client/caller.ts';
import { defineRpc, serve } from '../method.ts';
import { accessHandlers, accessMethods, callAccess } from './metadata-access.ts';
import { bucketHandlers, bucketMethods, callBuckets } from './metadata-buckets.ts';
import { callEvents, eventHandlers, eventMethods } from './metadata-events.ts';
import { callGroups, groupHandlers, groupMethods } from './metadata-groups.ts';
import { callObjects, objectHandlers, objectMethods } from './metadata-objects.ts';
import { callPayments, paymentHandlers, paymentMethods } from './metadata-payments.ts';
import { callQuota, quotaHandlers, quotaMethods } from './metadata-quota.ts';
import { callStatus, statusHandlers, statusMethods } from './metadata-status.ts';
import { callVirtualGroups, virtualGroupHandlers, virtualGroupMethods } from './metadata-virtual-groups.ts';

export const metadataService = defineRpc('modular.metadata.types.GfSpMetadataService', {
  ...bucketMethods,
  ...objectMethods,
  ...groupMethods,
  ...accessMethods,
  ...paymentMethods,
  ...virtualGroupMethods,
  ...eventMethods,
  ...statusMethods,
  ...quotaMethods,
});

export const serveMetadata = (metadata: Metadata) =>
  serve(metadataService, {
    ...bucketHandlers(metadata),
    ...objectHandlers(metadata),
    ...groupHandlers(metadata),
    ...accessHandlers(metadata),
    ...paymentHandlers(metadata),
    ...virtualGroupHandlers(metadata),
    ...eventHandlers(metadata),
    ...statusHandlers(metadata),
    ...quotaHandlers(metadata),
  });

export function callMetadata(caller: Caller): Metadata {
  const { methods } = metadataService;
  return {
    ...callBuckets(caller, methods),
    ...callObjects(caller, methods),
    ...callGroups(caller, methods),
    ...callAccess(caller, methods),
    ...callPayments(caller, methods),
    ...callVirtualGroups(caller, methods),
    ...callEvents(caller, methods),
    ...callStatus(caller, methods),
    ...callQuota(caller, methods),
  };
}
