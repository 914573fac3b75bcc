/** Routes of this folder (`reference/gateway-http.md` §1.4); `../http/routes.ts` says in which order they are tried. */
import { header, namedRoutes, query, required } from '../http/route.ts';
import { getApproval, getRecommendedFamily } from './approvals.ts';

/** The gateway's own checks, the authenticator's, the approver's. */
const APPROVAL_ERRORS: readonly number[] = [
  ...[50005, 50008, 50029, 50006, 50044, 55001, 50036, 20006, 20007, 20009, 20010, 25002],
  ...[990102, 10001, 10002, 10003, 10004, 540001, 11001, 970002, 50007],
];

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
      params: [
        required(query('action', 'text', '`CreateBucket`, `MigrateBucket` or `CreateObject`.')),
        required(
          header(
            'X-Gnfd-Unsigned-Msg',
            'hex',
            'Proto-JSON of the `MsgCreateBucket`, `MsgMigrateBucket` or `MsgCreateObject`, its approval empty.',
          ),
        ),
      ],
      answer: 'empty',
      answers:
        '`X-Gnfd-Signed-Msg`: hex of the message as proto-JSON with sorted keys, its approval filled in. The same ' +
        'message gets the same answer while the approval lives. A refusal has status 200, too, and error 50007.',
      errors: APPROVAL_ERRORS,
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
      answers: '`VirtualGroupFamily` with `Id`',
      errors: [540001],
    },
  },
});
