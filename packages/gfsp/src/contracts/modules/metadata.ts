import type { AccessQueries } from './metadata/access.ts';
import type { BucketQueries } from './metadata/buckets.ts';
import type { EventQueries } from './metadata/events.ts';
import type { GroupQueries } from './metadata/groups.ts';
import type { ObjectQueries } from './metadata/objects.ts';
import type { PaymentQueries } from './metadata/payments.ts';
import type { StatusQueries } from './metadata/status.ts';
import type { VirtualGroupQueries } from './metadata/virtual-groups.ts';
import type { QuotaQueries } from './quota.ts';

export type * from './metadata/access.ts';
export type * from './metadata/buckets.ts';
export type * from './metadata/events.ts';
export type * from './metadata/groups.ts';
export type * from './metadata/objects.ts';
export type * from './metadata/payments.ts';
export type * from './metadata/status.ts';
export type * from './metadata/virtual-groups.ts';

/**
 * The block syncer's picture of the chain, and the SPDB's of uploads and quota, a file for each subject
 * (`reference/internal-grpc.md` §3.11).
 */
export interface Metadata
  extends BucketQueries,
    ObjectQueries,
    GroupQueries,
    AccessQueries,
    PaymentQueries,
    VirtualGroupQueries,
    EventQueries,
    StatusQueries,
    QuotaQueries {}
