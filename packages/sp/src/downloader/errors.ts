import { defineErrors, sharedDownloaderErrors, sharedReceiverErrors } from '@prairie/gfsp';

/** `reference/gateway-http.md` §4.6. */
export const downloaderErrors = {
  ...sharedDownloaderErrors,
  ...defineErrors('downloader', {
    requestLost: [400, 30001, 'OoooH.... request lost'],
    unsealed: [400, 30002, 'object unsealed'],
    quotaOverflow: [406, 30004, 'bucket quota overflow'],
    noSuchPiece: [400, 30006, 'request params invalid, no such piece'],
    keyFormat: [400, 30007, 'invalid key format'],
    frozen: [406, 30008, 'stream account has been frozen'],
    notDownloadable: [400, 30009, 'object cannot be downloaded'],
  }),
};

/** The reference registers these under the receiver's name. */
export const storeErrors = {
  ...sharedReceiverErrors,
  ...defineErrors('receiver', {
    noSuchPiece: [404, 85102, 'the specified key does not exist'],
  }),
};
