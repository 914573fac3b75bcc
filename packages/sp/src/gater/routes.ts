/**
 * The route table, in the network's order of precedence (`reference/gateway-http.md` §1.4): the first route whose
 * path, method and query keys all fit is used.
 */
import { REPLICATE_PIECE_PATH } from '@prairie/client';
import { getApproval, getRecommendedFamily } from './approvals.ts';
import { getObject } from './get-object.ts';
import { putObject } from './put-object.ts';
import {
  getBucketMeta,
  getObjectMeta,
  getUploadContext,
  getUploadProgress,
  getUserBuckets,
  listObjects,
  verifyPermission,
} from './queries.ts';
import { replicatePiece } from './replicate-piece.ts';
import type { Route } from './router.ts';
import { getStatus } from './status.ts';

const PERMISSION = /^\/permission\/(?<operator>.+)\/(?<bucket>[^/]*)\/(?<action>.+)$/s;
const ADMIN = '/greenfield/admin/v1';

export const routes: readonly Route[] = [
  {
    name: 'VerifyPermission',
    method: 'GET',
    scope: 'fixed',
    path: PERMISSION,
    auth: 'ignored',
    handle: verifyPermission,
  },
  {
    name: 'GetApproval',
    method: 'GET',
    scope: 'fixed',
    path: `${ADMIN}/get-approval`,
    keys: ['action'],
    auth: 'signed',
    handle: getApproval,
  },
  {
    name: 'GetRecommendedVGF',
    method: 'GET',
    scope: 'fixed',
    path: `${ADMIN}/get-recommended-vgf`,
    auth: 'signed',
    handle: getRecommendedFamily,
  },
  {
    name: 'ReplicateObjectPiece',
    method: 'PUT',
    scope: 'fixed',
    path: REPLICATE_PIECE_PATH,
    auth: 'task',
    handle: replicatePiece,
  },
  { name: 'GetStatus', method: 'GET', scope: 'fixed', path: '/status', auth: 'ignored', handle: getStatus },

  { name: 'PutObject', method: 'PUT', scope: 'object', auth: 'signed', handle: putObject },
  {
    name: 'QueryResumeOffset',
    method: 'GET',
    scope: 'object',
    keys: ['upload-context'],
    auth: 'signed',
    handle: getUploadContext,
  },
  {
    name: 'QueryUploadProgress',
    method: 'GET',
    scope: 'object',
    keys: ['upload-progress'],
    auth: 'signed',
    handle: getUploadProgress,
  },
  {
    name: 'GetBucketMeta',
    method: 'GET',
    scope: 'bucket-any',
    keys: ['bucket-meta'],
    auth: 'none',
    handle: getBucketMeta,
  },
  { name: 'GetObjectMeta', method: 'GET', scope: 'object', keys: ['object-meta'], auth: 'none', handle: getObjectMeta },
  { name: 'GetObject', method: 'GET', scope: 'object', auth: 'public-or-signed', handle: getObject },
  { name: 'ListObjectsByBucketName', method: 'GET', scope: 'bucket-slash', auth: 'none', handle: listObjects },

  { name: 'GetUserBuckets', method: 'GET', scope: 'root', auth: 'none', handle: getUserBuckets },
];
