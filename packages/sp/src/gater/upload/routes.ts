/** Routes of this folder (`reference/gateway-http.md` §1.4); `../http/routes.ts` says in which order they are tried. */

import { notYet } from '../http/not-yet.ts';
import { namedRoutes } from '../http/route.ts';
import { getUploadContext, getUploadProgress } from './progress.ts';
import { putObject } from './put-object.ts';

export const uploadRoutes = namedRoutes({
  DelegateResumablePutObject: {
    method: 'POST',
    scope: 'object',
    keys: ['delegate'],
    auth: 'signed',
    handle: notYet,
    doc: {
      summary: 'A part of an object that the provider creates for the account.',
      answer: 'empty',
      answers: 'nothing',
      errors: [],
    },
  },
  ResumablePutObject: {
    method: 'POST',
    scope: 'object',
    keys: ['offset', 'complete'],
    auth: 'signed',
    handle: notYet,
    doc: {
      summary: 'A part of an object.',
      answer: 'empty',
      answers: 'nothing',
      errors: [],
    },
  },
  DelegatePutObject: {
    method: 'PUT',
    scope: 'object',
    keys: ['delegate'],
    auth: 'signed',
    handle: notYet,
    doc: {
      summary: 'The content of an object that the provider creates, or updates, for the account.',
      answer: 'empty',
      answers: 'nothing',
      errors: [],
    },
  },
  PutObject: {
    method: 'PUT',
    scope: 'object',
    auth: 'signed',
    handle: putObject,
    doc: {
      summary: 'The content of an object that was created on chain.',
      answer: 'empty',
      answers: 'nothing',
      errors: [],
    },
  },
  DelegateCreateFolder: {
    method: 'POST',
    scope: 'object',
    keys: ['create-folder'],
    auth: 'signed',
    handle: notYet,
    doc: {
      summary: 'A folder that the provider creates for the account.',
      answer: 'xml',
      answers: 'CreateHash',
      errors: [],
    },
  },
  QueryResumeOffset: {
    method: 'GET',
    scope: 'object',
    keys: ['upload-context'],
    auth: 'signed',
    handle: getUploadContext,
    doc: {
      summary: 'Where an upload in parts goes on.',
      answer: 'xml',
      answers: 'QueryResumeOffset',
      errors: [],
    },
  },
  QueryUploadProgress: {
    method: 'GET',
    scope: 'object',
    keys: ['upload-progress'],
    auth: 'signed',
    handle: getUploadProgress,
    doc: {
      summary: 'How far an upload is.',
      answer: 'xml',
      answers: 'QueryUploadProgress',
      errors: [],
    },
  },
});
