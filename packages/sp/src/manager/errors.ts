import { defineErrors } from '@prairie/gfsp';

/** `reference/tasks-and-manager.md` §4.2. */
export const managerErrors = defineErrors('manager', {
  requestLost: [400, 60001, 'OoooH... request lost'],
  repeated: [406, 60002, 'request repeated'],
  exceeded: [406, 60003, 'OoooH... request exceed, try again later'],
  canceled: [400, 60004, 'task canceled'],
  swapOutNotice: [406, 60006, 'failed to notify swap out start'],
  database: [500, 65201, 'failed to access the database'],
});

/** The reference knows it by its text alone (`reference/sp-to-sp.md` §4.8). */
export const migrationErrors = defineErrors('GfSp', {
  alreadyPosted: [500, 999999, 'the bucket has already post, recoup quota done'],
});

export const virtualGroupErrors = defineErrors('VirtualGroupManager', {
  noFamily: [500, 540001, 'failed to pick virtual group family, need to create global virtual group'],
  noGroup: [500, 540002, 'failed to pick global virtual group, need to stake more storage size'],
  staleMetadata: [500, 540003, 'metadata is staled, need to force refresh metadata'],
});
