/** Routes of this folder (`reference/gateway-http.md` §1.4); `../http/routes.ts` says in which order they are tried. */

import { header, namedRoutes, query, required } from '../http/route.ts';
import { createDelegatedFolder, putDelegated, putDelegatedPart } from './delegate.ts';
import { getUploadContext, getUploadProgress } from './progress.ts';
import { putObject, putPart } from './put-object.ts';

/** The bytes themselves, at the uploader and the manager (§6.1, 14–17). */
const PAYLOAD_ERRORS: readonly number[] = [
  ...[110001, 110002, 110003, 991102, 110006, 110007, 60001, 60002, 60003, 65201],
  ...[110004, 110005, 110008, 115001, 115101],
];
/** Who may upload what, and where (§6.1, 2–11). */
const ADMISSION_ERRORS: readonly number[] = [55001, 50029, 50036, 20006, 20007, 20008, 20002, 20003, 50004, 25002];
const NAME_AND_RIGHTS: readonly number[] = [50010, 20006, 50004, 25002, 50044];
const PLACE_ERRORS: readonly number[] = [55001, 50029, 50036, 50005];
const CREATION_ERRORS: readonly number[] = [110008, 10001, 10003, 990102, 970002, 50007, 120020];
const DELEGATED_PART_ERRORS: readonly number[] = [
  ...[50010, 50044, 55001, 50029, 50036, 50016, 50004, 50005, 50027, 50028, 50013, 120019],
  ...CREATION_ERRORS,
  ...PAYLOAD_ERRORS,
];
const STATE_ERRORS: readonly number[] = [20006, 20007, 20008, 20002, 25002, 55001, 50025];

const CONTENT_LENGTH = header(
  'Content-Length',
  'integer',
  'Bytes of the body. A wrong one is refused before a byte is read; a chunked body needs none.',
);
const CONTENT_TYPE = header('Content-Type', 'text', 'Of the object. Default `application/octet-stream`.');
const TXN_HASH = header('X-Gnfd-Txn-Hash', 'hex', 'Of the transaction that created the object. Not used.');
const UNSIGNED_MSG = header('X-Gnfd-Unsigned-Msg', 'hex', 'Only has to be hex. Not used.');
const OFFSET = required(
  query(
    'offset',
    'integer',
    'First byte of the part: where the stored segments end, see `?upload-context`, or an earlier border of segments.',
  ),
);
const COMPLETE = required(query('complete', 'boolean', 'Whether the object ends with this part.'));
const DELEGATE = required(query('delegate', 'text', 'Its value does not matter.'));
const IS_UPDATE = required(query('is_update', 'boolean', 'Whether the content of a sealed object is replaced.'));
const PAYLOAD_SIZE = required(query('payload_size', 'integer', "Bytes of the whole object, 1 to the chain's limit."));
const VISIBILITY = query(
  'visibility',
  'integer',
  'Needed to create: 0 and 3 inherit from the bucket, 1 public read, 2 private.',
);
const CREATE_FOLDER = required(query('create-folder', 'text', 'Its value does not matter.'));
const PART_BODY = 'The part: whole segments, but for the last one of the object.';

export const uploadRoutes = namedRoutes({
  DelegateResumablePutObject: {
    method: 'POST',
    scope: 'object',
    keys: ['delegate'],
    auth: 'signed',
    handle: putDelegatedPart,
    doc: {
      summary: 'A part of an object that the provider creates, or updates, for the account.',
      params: [DELEGATE, IS_UPDATE, PAYLOAD_SIZE, OFFSET, COMPLETE, VISIBILITY, CONTENT_TYPE, UNSIGNED_MSG],
      body: PART_BODY,
      answer: 'empty',
      answers: 'Nothing, once the part is durable; after the last one, once the object is.',
      errors: DELEGATED_PART_ERRORS,
    },
  },
  ResumablePutObject: {
    method: 'POST',
    scope: 'object',
    keys: ['offset', 'complete'],
    auth: 'signed',
    handle: putPart,
    doc: {
      summary: 'A part of an object.',
      params: [OFFSET, COMPLETE, CONTENT_LENGTH],
      body: PART_BODY,
      answer: 'empty',
      answers:
        'Nothing, once the part is durable; after the last one, once the object is. So does a part that comes again.',
      errors: [...ADMISSION_ERRORS, 50016, 50027, 50028, ...PAYLOAD_ERRORS],
    },
  },
  DelegatePutObject: {
    method: 'PUT',
    scope: 'object',
    keys: ['delegate'],
    auth: 'signed',
    handle: putDelegated,
    doc: {
      summary: 'The content of an object that the provider creates, or updates, for the account.',
      params: [DELEGATE, IS_UPDATE, PAYLOAD_SIZE, VISIBILITY, CONTENT_TYPE, CONTENT_LENGTH, UNSIGNED_MSG],
      body: 'The content, `payload_size` bytes.',
      answer: 'empty',
      answers: 'Nothing, once the content is durable. The provider computes the checksums and seals the object.',
      errors: [...NAME_AND_RIGHTS, 50016, ...PLACE_ERRORS, 50013, 120019, ...CREATION_ERRORS, ...PAYLOAD_ERRORS],
    },
  },
  PutObject: {
    method: 'PUT',
    scope: 'object',
    auth: 'signed',
    handle: putObject,
    doc: {
      summary: 'The content of an object that was created on chain, or of an update that was begun there.',
      params: [CONTENT_LENGTH, TXN_HASH],
      body: 'The content. Its type is the one on chain.',
      answer: 'empty',
      answers: 'Nothing, once the content is durable. Copies at other providers and the seal follow by themselves.',
      errors: [...ADMISSION_ERRORS, 50016, ...PAYLOAD_ERRORS],
    },
  },
  DelegateCreateFolder: {
    method: 'POST',
    scope: 'object',
    keys: ['create-folder'],
    auth: 'signed',
    handle: createDelegatedFolder,
    doc: {
      summary:
        'A folder, which is an empty object whose name ends with a slash, that the provider creates for the account.',
      params: [CREATE_FOLDER, required(VISIBILITY), CONTENT_TYPE, UNSIGNED_MSG],
      answer: 'xml',
      answers: '`CreateHash` with `TxHash`, the hash of the transaction in upper hex.',
      errors: [...NAME_AND_RIGHTS, ...PLACE_ERRORS, 120020],
    },
  },
  QueryResumeOffset: {
    method: 'GET',
    scope: 'object',
    keys: ['upload-context'],
    auth: 'signed',
    handle: getUploadContext,
    doc: {
      summary: 'Where an upload in parts goes on. Any account may ask.',
      params: [required(query('upload-context', 'text', 'Its value does not matter.'))],
      answer: 'xml',
      answers: '`QueryResumeOffset` with `Offset` in bytes: the end of the segments that are stored.',
      errors: [...STATE_ERRORS, 90003, 95202],
    },
  },
  QueryUploadProgress: {
    method: 'GET',
    scope: 'object',
    keys: ['upload-progress'],
    auth: 'signed',
    handle: getUploadProgress,
    doc: {
      summary: 'How far an upload is. Any account may ask.',
      params: [required(query('upload-progress', 'text', 'Its value does not matter.'))],
      answer: 'xml',
      answers: '`QueryUploadProgress` with `ProgressDescription`, and `ErrorDescription` when something went wrong.',
      errors: [...STATE_ERRORS, 95202],
    },
  },
});
