/** Routes of this folder (`reference/gateway-http.md` §1.4); `../http/routes.ts` says in which order they are tried. */
import { notYet } from '../http/not-yet.ts';
import { namedRoutes } from '../http/route.ts';

export const quotaRoutes = namedRoutes({
  GetBucketReadQuota: {
    method: 'GET',
    scope: 'bucket',
    keys: ['read-quota', 'year-month'],
    auth: 'none',
    handle: notYet,
    doc: {
      summary: 'Read quota of a bucket in a month.',
      answer: 'xml',
      answers: 'GetReadQuotaResult',
      errors: [],
    },
  },
  ListBucketReadRecord: {
    method: 'GET',
    scope: 'bucket',
    keys: ['list-read-record', 'max-records', 'start-timestamp', 'end-timestamp'],
    auth: 'none',
    handle: notYet,
    doc: {
      summary: 'Who read what of a bucket.',
      answer: 'xml',
      answers: 'GetBucketReadQuotaResult',
      errors: [],
    },
  },
  ListBucketReadQuota: {
    method: 'GET',
    scope: 'root',
    keys: ['list-read-record'],
    auth: 'none',
    handle: notYet,
    doc: {
      summary: 'Read quota of all buckets in a month.',
      answer: 'xml',
      answers: 'GetReadQuotaResult',
      errors: [],
    },
  },
  GetBucketReadQuotaCount: {
    method: 'GET',
    scope: 'root',
    keys: ['list-read-count'],
    auth: 'none',
    handle: notYet,
    doc: {
      summary: 'How many buckets were read in a month.',
      answer: 'xml',
      answers: 'GetReadQuotaResult',
      errors: [],
    },
  },
});
