import { defineErrors, sharedMetadataErrors } from '@prairie/gfsp';

/** `reference/gateway-http.md` §4.9. */
export const metadataErrors = {
  ...sharedMetadataErrors,
  ...defineErrors('metadata', {
    busy: [406, 90002, 'too many requests, try again later'],
    noSuchProvider: [404, 90004, 'no such sp'],
    /** Schedulers recognise the text. */
    heightAhead: [400, 90005, 'request block height exceed latest height'],
    noSuchGroup: [404, 90009, 'the specified group does not exist'],
    /** Clients recognise the text. */
    noUploadingRecord: [404, 90003, 'no uploading record'],
    database: [500, 95202, 'failed to read the database'],
  }),
};
