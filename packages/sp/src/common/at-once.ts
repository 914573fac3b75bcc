/**
 * Questions put at once and judged one after the other: a failure of one that is never looked at is not one of the
 * process.
 */
export function atOnce<const T extends readonly Promise<unknown>[]>(...questions: T): T {
  for (const question of questions) question.catch(() => {});
  return questions;
}
