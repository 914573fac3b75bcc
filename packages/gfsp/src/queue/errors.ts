import { defineErrors } from '../errors.ts';

/** `reference/tasks-and-manager.md` §3.2. */
export const queueErrors = defineErrors('TaskQueue', {
  repeated: [400, 970001, 'request repeated'],
  exceeded: [400, 970002, 'request exceed limit'],
});
