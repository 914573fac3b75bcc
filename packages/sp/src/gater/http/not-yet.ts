import { baseErrors } from '@prairie/gfsp';
import type { Handler } from './handler.ts';

export const notYet: Handler = async () => {
  throw baseErrors.unsupportedTaskType();
};
