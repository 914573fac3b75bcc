import { defineErrors, sharedUploaderErrors } from '@prairie/gfsp';

/** `reference/gateway-http.md` §4.5. */
export const uploaderErrors = {
  ...sharedUploaderErrors,
  ...defineErrors('uploader', {
    requestLost: [400, 110001, 'OoooH... request lost, try again later'],
    notCreated: [403, 110002, 'object not created state'],
    repeated: [406, 110003, 'put object request repeated'],
    integrityMismatch: [406, 110004, 'invalid payload data integrity hash'],
    streamBroken: [400, 110005, 'upload payload data stream exception'],
    alreadyUploaded: [
      409,
      110006,
      'the object had already been fully uploaded and any further uploading attempt is not allowed',
    ],
    stateUnknown: [500, 110007, 'failed to get upload object state'],
    database: [500, 115001, 'failed to access the database'],
    pieceStore: [500, 115101, 'failed to access the piece store'],
  }),
};
