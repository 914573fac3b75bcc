import { defineErrors, sharedMetadataErrors } from '@prairie/gfsp';

/** `reference/gateway-http.md` §4.9. */
export const metadataErrors = {
  ...sharedMetadataErrors,
  ...defineErrors('metadata', {
    /** Clients recognise the text. */
    noUploadingRecord: [404, 90003, 'no uploading record'],
    database: [500, 95202, 'failed to read the database'],
  }),
};
