import { defineErrors } from '@prairie/gfsp';

/** `reference/gateway-http.md` §4.9. */
export const metadataErrors = defineErrors('metadata', {
  /** Clients recognise the text. */
  noUploadingRecord: [404, 90003, 'no uploading record'],
  noSuchBucket: [404, 90008, 'the specified bucket does not exist'],
  noSuchObject: [404, 90010, 'the specified object does not exist'],
  database: [500, 95202, 'failed to read the database'],
});
