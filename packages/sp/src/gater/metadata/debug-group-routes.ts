/** Routes about virtual groups, providers and their events for who looks for faults; not served on mainnet. */
import { namedRoutes, query, required } from '../http/route.ts';
import * as groups from './debug-groups.ts';
import { BUCKET_ID, GVG_ID, HEIGHT, needed, ROOT, SP_ID } from './debug-params.ts';

export const debugGroupRoutes = namedRoutes({
  ListVirtualGroupFamiliesBySpID: {
    ...ROOT,
    keys: ['vgf-sp-id'],
    handle: groups.listFamiliesOfSp,
    doc: {
      summary: 'Families of a primary provider.',
      params: [SP_ID],
      answer: 'xml',
      answers: 'GfSpListVirtualGroupFamiliesBySpIDResponse with GlobalVirtualGroupFamilies, PrimarySpId always 0',
      errors: [50010, 95202],
    },
  },
  GetVirtualGroupFamily: {
    ...ROOT,
    keys: ['vgf-id-query'],
    handle: groups.getFamily,
    doc: {
      summary: 'A family.',
      params: [needed('vgf-id', 'The family.')],
      answer: 'xml',
      answers: 'GfSpGetVirtualGroupFamilyResponse with Vgf; without it when there is none',
      errors: [50010, 95202],
    },
  },
  GetGlobalVirtualGroupByGvgID: {
    ...ROOT,
    keys: ['gvg-id-query'],
    handle: groups.getGvg,
    doc: {
      summary: 'A global virtual group.',
      params: [GVG_ID],
      answer: 'xml',
      answers: 'GfSpGetGlobalVirtualGroupByGvgIDResponse with GlobalVirtualGroup; without it when there is none',
      errors: [50010, 95202],
    },
  },
  GetGlobalVirtualGroup: {
    ...ROOT,
    keys: ['gvg-query'],
    handle: groups.getGvgOfLvg,
    doc: {
      summary: "The global virtual group that a bucket's local one stands for.",
      params: [needed('lvg-id', 'The local virtual group.'), BUCKET_ID],
      answer: 'xml',
      answers: 'GfSpGetGlobalVirtualGroupResponse with Gvg; without it when there is none',
      errors: [50010, 95202],
    },
  },
  ListGlobalVirtualGroupsBySecondarySP: {
    ...ROOT,
    keys: ['gvg-secondary-sp'],
    handle: groups.listGvgsOfSecondary,
    doc: {
      summary: 'Global virtual groups in which a provider is a secondary.',
      params: [SP_ID],
      answer: 'xml',
      answers: 'GfSpListGlobalVirtualGroupsBySecondarySPResponse with Groups',
      errors: [50010, 95202],
    },
  },
  ListGlobalVirtualGroupsByBucket: {
    ...ROOT,
    keys: ['gvg-bucket-id'],
    handle: groups.listGvgsOfBucket,
    doc: {
      summary: 'Global virtual groups of a bucket.',
      params: [BUCKET_ID],
      answer: 'xml',
      answers: 'GfSpListGlobalVirtualGroupsByBucketResponse with Groups',
      errors: [50010, 95202],
    },
  },
  ListMigrateBucketEvents: {
    ...ROOT,
    keys: ['migrate-bucket-events'],
    handle: groups.listMigrateEvents,
    doc: {
      summary: 'Moves of buckets to a provider that were not completed.',
      params: [SP_ID, HEIGHT],
      answer: 'xml',
      answers: 'GfSpListMigrateBucketEventsResponse with Events of Event, CancelEvent and RejectEvent',
      errors: [50010, 90005, 95202],
    },
  },
  ListSwapOutEvents: {
    ...ROOT,
    keys: ['swap-out-events'],
    handle: groups.listSwapOutEvents,
    doc: {
      summary: 'Swaps by which a provider goes out.',
      params: [SP_ID, HEIGHT],
      answer: 'xml',
      answers: 'GfSpListSwapOutEventsResponse with Events of Events, CancelEvents and CompleteEvents',
      errors: [50010, 90005, 95202],
    },
  },
  ListSpExitEvents: {
    ...ROOT,
    keys: ['sp-exit-events'],
    handle: groups.getSpExitEvents,
    doc: {
      summary: 'The exit of a provider.',
      params: [SP_ID, HEIGHT],
      answer: 'xml',
      answers: 'GfSpListSpExitEventsResponse with one Events of Event and CompleteEvent',
      errors: [50010, 90005, 95202],
    },
  },
  GetSPInfo: {
    ...ROOT,
    keys: ['query-sp'],
    handle: groups.getSp,
    doc: {
      summary: 'A provider.',
      params: [required(query('operator-address', 'address', 'Its operator.'))],
      answer: 'xml',
      answers: 'GfSpGetSPInfoResponse with StorageProvider',
      errors: [50010, 90004, 95202],
    },
  },
  GetSPMigratingBucketNumber: {
    ...ROOT,
    keys: ['migrate-bucket-count'],
    handle: groups.countMigratingBuckets,
    doc: {
      summary: 'How many buckets move to a provider now.',
      params: [SP_ID],
      answer: 'xml',
      answers: 'GfSpGetSPMigratingBucketNumberResponse with Count',
      errors: [50010, 95202],
    },
  },
  VerifyMigrateGVGPermission: {
    ...ROOT,
    keys: ['gvg-permission'],
    handle: groups.verifyMigratePermission,
    doc: {
      summary: 'Whether a provider may fetch pieces of a group: of a bucket that moves to it, or of a swap.',
      params: [GVG_ID, SP_ID, needed('bucket-id', 'The bucket; 0 asks about a swap.')],
      answer: 'xml',
      answers: 'GfSpVerifyMigrateGVGPermissionResponse with Effect: 1 allow, 2 deny',
      errors: [50010, 95202],
    },
  },
});
