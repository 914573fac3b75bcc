/**
 * Every route in the network's order of precedence (`reference/gateway-http.md` §1.4): the first whose path, method and
 * query keys all fit is used. What each needs and does stands in the table of its area.
 */
import { approvalRoutes } from '../approval/routes.ts';
import { authRoutes } from '../auth/routes.ts';
import { challengeRoutes } from '../challenge/routes.ts';
import { docsRoutes } from '../docs/routes.ts';
import { metadataRoutes } from '../metadata/routes.ts';
import { migrationRoutes } from '../migration/routes.ts';
import { piecesRoutes } from '../pieces/routes.ts';
import { quotaRoutes } from '../quota/routes.ts';
import { readRoutes } from '../read/routes.ts';
import { universalRoutes } from '../universal/routes.ts';
import { uploadRoutes } from '../upload/routes.ts';
import type { Route } from './route.ts';

export const routes: readonly Route[] = [
  authRoutes.RequestNonce,
  authRoutes.UpdateUserPublicKey,
  authRoutes.UpdateUserPublicKeyV2,
  authRoutes.ListUserPublicKeyV2,
  authRoutes.DeleteUserPublicKeyV2,
  metadataRoutes.VerifyPermission,
  approvalRoutes.GetApproval,
  approvalRoutes.GetRecommendedVGF,
  challengeRoutes.GetChallengeInfo,
  challengeRoutes.GetChallengeInfoV2,
  migrationRoutes.QueryBucketQuota,
  migrationRoutes.QueryBucketEnoughQuota,
  migrationRoutes.PreMigrateBucket,
  migrationRoutes.PostMigrateBucket,
  piecesRoutes.ReplicateObjectPiece,
  piecesRoutes.RecoveryObjectPiece,
  migrationRoutes.NotifyMigrateSwapOut,
  piecesRoutes.MigratePiece,
  migrationRoutes.MigrationBucketApproval,
  migrationRoutes.SwapOutApproval,
  universalRoutes.DownloadObjectByUniversalEndpoint,
  universalRoutes.DownloadObjectByObjectPath,
  universalRoutes.ViewObjectByUniversalEndpoint,
  universalRoutes.ViewObjectByObjectPath,
  metadataRoutes.GetStatus,
  uploadRoutes.DelegateResumablePutObject,
  uploadRoutes.ResumablePutObject,
  uploadRoutes.DelegatePutObject,
  uploadRoutes.PutObject,
  uploadRoutes.DelegateCreateFolder,
  uploadRoutes.QueryResumeOffset,
  uploadRoutes.QueryUploadProgress,
  metadataRoutes.GetBucketMeta,
  migrationRoutes.QueryMigrationProgress,
  metadataRoutes.GetObjectMeta,
  metadataRoutes.ListObjectPolicies,
  readRoutes.GetObject,
  quotaRoutes.GetBucketReadQuota,
  metadataRoutes.GetBucketByBucketName,
  metadataRoutes.GetPaymentByBucketName,
  quotaRoutes.ListBucketReadRecord,
  metadataRoutes.ListObjectsByBucketName,
  metadataRoutes.GetGroupList,
  metadataRoutes.ListObjectsByIDs,
  metadataRoutes.ListBucketsByIDs,
  metadataRoutes.VerifyPermissionByID,
  metadataRoutes.GetUserGroups,
  metadataRoutes.GetGroupMembers,
  metadataRoutes.GetUserOwnedGroups,
  metadataRoutes.ListPaymentAccountStreams,
  metadataRoutes.ListUserPaymentAccounts,
  metadataRoutes.ListGroupsByIDs,
  quotaRoutes.ListBucketReadQuota,
  quotaRoutes.GetBucketReadQuotaCount,
  metadataRoutes.GetBsDBDataInfo,
  metadataRoutes.GetPaymentByBucketID,
  metadataRoutes.GetBucketByBucketID,
  metadataRoutes.ListDeletedObjectsByBlockNumberRange,
  metadataRoutes.GetUserBucketsCount,
  metadataRoutes.ListExpiredBucketsBySp,
  metadataRoutes.ListVirtualGroupFamiliesBySpID,
  metadataRoutes.GetVirtualGroupFamily,
  metadataRoutes.GetGlobalVirtualGroupByGvgID,
  metadataRoutes.GetGlobalVirtualGroup,
  metadataRoutes.ListGlobalVirtualGroupsBySecondarySP,
  metadataRoutes.ListGlobalVirtualGroupsByBucket,
  metadataRoutes.ListObjectsInGVGAndBucket,
  metadataRoutes.ListObjectsByGVGAndBucketForGC,
  metadataRoutes.ListObjectsInGVG,
  metadataRoutes.ListMigrateBucketEvents,
  metadataRoutes.ListSwapOutEvents,
  metadataRoutes.ListSpExitEvents,
  metadataRoutes.GetSPInfo,
  metadataRoutes.GetSPMigratingBucketNumber,
  metadataRoutes.VerifyMigrateGVGPermission,
  metadataRoutes.GetBucketSize,
  metadataRoutes.GetUserBuckets,
  docsRoutes.GetOpenApi,
];
