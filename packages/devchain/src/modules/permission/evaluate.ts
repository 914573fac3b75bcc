/** What one policy says about one action (`reference/chain-state-machine.md` §10). Pure: nothing is stored here. */
import { patternMatches, greenfieldPermission as permission } from '@prairie/chain';
import { isBefore, type Timestamp } from './time.ts';

const { EFFECT_ALLOW, EFFECT_DENY, EFFECT_UNSPECIFIED } = permission.Effect;
const { ACTION_CREATE_OBJECT, ACTION_TYPE_ALL } = permission.ActionType;

export interface Question {
  action: number;
  /** GRN of the object asked about, when the policy is the bucket's. */
  subResource?: string | undefined;
  /** Payload size of the object to create: it is taken from the statements' `limit_size`. */
  wantedSize?: bigint | undefined;
}

export interface Verdict {
  effect: number;
  /** The policy with its size limit reduced, when this answer used it up. */
  updated?: permission.Policy;
}

const unspecified: Verdict = { effect: EFFECT_UNSPECIFIED };

/** DENY of any statement wins; `limit_size` that is too small is a DENY too. */
export function evaluatePolicy(policy: permission.Policy, question: Question, now: Timestamp): Verdict {
  if (isBefore(policy.expiration_time, now)) return unspecified;
  let verdict = unspecified;
  for (const [index, statement] of policy.statements.entries()) {
    if (isBefore(statement.expiration_time, now) || !covers(statement, question)) continue;
    if (statement.effect === EFFECT_DENY) return { effect: EFFECT_DENY };
    const limit = question.action === ACTION_CREATE_OBJECT ? statement.limit_size?.value : undefined;
    if (limit === undefined || question.wantedSize === undefined) {
      verdict = { ...verdict, effect: statement.effect };
      continue;
    }
    if (limit < question.wantedSize) return { effect: EFFECT_DENY };
    const reduced = { ...statement, limit_size: { value: limit - question.wantedSize } };
    const base = verdict.updated ?? policy;
    verdict = { effect: EFFECT_ALLOW, updated: { ...base, statements: base.statements.with(index, reduced) } };
  }
  return verdict;
}

/**
 * Whether a statement is about the question. A question about an object needs a matching entry of `resources`; they
 * are regular expressions found anywhere in the GRN, although clients write them as if they were globs.
 */
function covers(statement: permission.Statement, question: Question): boolean {
  const { subResource } = question;
  if (subResource && !statement.resources.some((pattern) => patternMatches(pattern, subResource))) return false;
  return statement.actions.includes(question.action) || statement.actions.includes(ACTION_TYPE_ALL);
}
