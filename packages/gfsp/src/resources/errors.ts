/** What resource managers refuse, and what modules make of it. */
import { defineErrors } from '../errors.ts';

/**
 * The texts are the reference's (`reference/tasks-and-manager.md` §2.2), which has no codes for them: these are free in
 * its tables. A client sees the code of {@link busyErrors}.
 */
export const resourceErrors = defineErrors('ResourceManager', {
  exceeded: [503, 981001, 'resource limit exceeded'],
  closed: [500, 981002, 'resource scope closed'],
});

/** A module has no resources left for a request (`reference/internal-grpc.md` §1.1, gfsp-base-app). */
export const busyErrors = defineErrors('gfsp-base-app', {
  approver: [400, 990102, 'server overload, try again later'],
  downloader: [400, 990302, 'server overload, try again later'],
  receiver: [400, 990802, 'server overload, try again later'],
  uploader: [400, 991102, 'server overload, try again later'],
});
