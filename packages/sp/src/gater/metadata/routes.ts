/** Routes of this folder (`reference/gateway-http.md` §1.4); `../http/routes.ts` says in which order they are tried. */
import { debugBucketRoutes } from './debug-bucket-routes.ts';
import { debugGroupRoutes } from './debug-group-routes.ts';
import { groupRoutes } from './group-routes.ts';
import { resourceRoutes } from './resource-routes.ts';

export const metadataRoutes = { ...resourceRoutes, ...groupRoutes, ...debugBucketRoutes, ...debugGroupRoutes };
