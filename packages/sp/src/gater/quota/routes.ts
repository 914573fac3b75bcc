/** Routes of this folder (`reference/gateway-http.md` §1.4); `../http/routes.ts` says in which order they are tried. */
import { namedRoutes, query, required } from '../http/route.ts';
import { getBucketReadQuota, getBucketReadQuotaCount, listBucketReadQuota, listBucketReadRecord } from './queries.ts';

export const quotaRoutes = namedRoutes({
  GetBucketReadQuota: {
    method: 'GET',
    scope: 'bucket',
    keys: ['read-quota', 'year-month'],
    auth: 'public-or-signed',
    handle: getBucketReadQuota,
    doc: {
      summary:
        'Read quota of a bucket in a month; signed by its owner, by who may change the bucket, or by this provider.',
      params: [
        required(query('read-quota', 'text', 'Any value.')),
        required(query('year-month', 'text', '`YYYY-MM`. One without reads shows what a month begins with.')),
      ],
      answer: 'xml',
      answers:
        '`GetReadQuotaResult`, bytes: `ReadQuotaSize` is what the owner pays for, `SPFreeReadQuotaSize` and ' +
        '`MonthlyFreeQuota` what is left of the free quotas, the others what was read of each',
      errors: [55001, 50014, 50004, 90002, 95202],
    },
  },
  ListBucketReadRecord: {
    method: 'GET',
    scope: 'bucket',
    keys: ['list-read-record', 'max-records', 'start-timestamp', 'end-timestamp'],
    auth: 'public-or-signed',
    handle: listBucketReadRecord,
    doc: {
      summary: 'Who read what of a bucket, by time; signed as for its quota.',
      params: [
        required(query('list-read-record', 'text', 'Any value.')),
        required(
          query('max-records', 'integer', 'At most so many. Less than 1, or more than is configured (100): so many.'),
        ),
        required(query('start-timestamp', 'integer', 'First time, unix microseconds.')),
        required(query('end-timestamp', 'integer', 'The time after the last, unix microseconds.')),
      ],
      answer: 'xml',
      answers:
        '`GetBucketReadQuotaResult` with `ReadRecord` repeated; `NextStartTimestampUs` begins the next page, and is 0 ' +
        'when there were none',
      errors: [55001, 50014, 50004, 50010, 90002, 95202],
    },
  },
  ListBucketReadQuota: {
    method: 'GET',
    scope: 'root',
    keys: ['list-read-record'],
    auth: 'public-or-signed',
    handle: listBucketReadQuota,
    doc: {
      summary: 'Read quota of all buckets that were read in a month, by their ids; signed by this provider.',
      params: [
        required(query('list-read-record', 'text', 'Any value.')),
        query('year_month', 'text', '`YYYY-MM`.'),
        required(query('offset', 'integer', 'Buckets to leave out.')),
        required(query('limit', 'integer', 'Buckets at most, 1 to 500.')),
      ],
      answer: 'xml',
      answers: '`GetReadQuotaResult` with `result` repeated, bytes',
      errors: [50004, 50010, 90002, 95202],
    },
  },
  GetBucketReadQuotaCount: {
    method: 'GET',
    scope: 'root',
    keys: ['list-read-count'],
    auth: 'public-or-signed',
    handle: getBucketReadQuotaCount,
    doc: {
      summary: 'How many buckets were read in a month; signed by this provider.',
      params: [required(query('list-read-count', 'text', 'Any value.')), query('year_month', 'text', '`YYYY-MM`.')],
      answer: 'xml',
      answers: '`GetReadQuotaResult` with `count`',
      errors: [50004, 90002, 95202],
    },
  },
});
