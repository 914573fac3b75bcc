import { type ErrorMaker, GfSpError, type Limit, type ResourceScope, type ResourceSpan } from '@prairie/gfsp';

/**
 * A span that holds `estimate`, or the refusal of its module at once: whoever is refused comes again, nobody waits in a
 * queue that grows. Without a scope nothing is counted.
 */
export function reserve(
  scope: ResourceScope | undefined,
  estimate: Partial<Limit>,
  busy: ErrorMaker,
): Pick<ResourceSpan, 'done'> {
  if (!scope) return { done: () => {} };
  const span = scope.beginSpan();
  try {
    span.reserve(estimate);
    return span;
  } catch (error) {
    span.done();
    throw busy(`${scope.name} is busy: ${GfSpError.from(error).message}, try again later`, error);
  }
}
