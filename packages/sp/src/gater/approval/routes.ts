/** Routes of this folder (`reference/gateway-http.md` §1.4); `../http/routes.ts` says in which order they are tried. */

import { namedRoutes } from '../http/route.ts';
import { getApproval, getRecommendedFamily } from './approvals.ts';

export const approvalRoutes = namedRoutes({
  GetApproval: {
    method: 'GET',
    scope: 'fixed',
    path: '/greenfield/admin/v1/get-approval',
    keys: ['action'],
    auth: 'signed',
    handle: getApproval,
    doc: {
      summary: 'An approval for a new bucket or object, or for the migration of a bucket.',
      answer: 'empty',
      answers: '`X-Gnfd-Signed-Msg`: hex of the signed message',
      errors: [],
    },
  },
  GetRecommendedVGF: {
    method: 'GET',
    scope: 'fixed',
    path: '/greenfield/admin/v1/get-recommended-vgf',
    auth: 'signed',
    handle: getRecommendedFamily,
    doc: {
      summary: 'The virtual group family for a new bucket.',
      answer: 'xml',
      answers: 'VirtualGroupFamily',
      errors: [],
    },
  },
});
