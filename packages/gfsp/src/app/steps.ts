/**
 * Front modules (approver, uploader, downloader) take requests of clients in three steps, which a module of one's own
 * may replace one by one: `pre` looks at the request and may refuse it, `handle` does the work, `post` is told how it
 * ended. Background modules have no steps: what they get was looked at before.
 */

/** How a request ended. */
export type Outcome<R> = { readonly result: R } | { readonly error: unknown };

export interface Steps<Q, R> {
  /** Checks that cost little. What it throws is the answer, and nothing else is done. */
  pre(request: Q): Promise<void>;
  /** The work itself. What it returns or throws is the answer, unless `post` throws. */
  handle(request: Q): Promise<R>;
  /** After `handle`, whether it succeeded or not; not after a refusal by `pre`. What it throws is the answer. */
  post(request: Q, outcome: Outcome<R>): Promise<void>;
}

/** Pre, handle, post. @throws what the first of them throws */
export async function inSteps<Q, R>(steps: Steps<Q, R>, request: Q): Promise<R> {
  await steps.pre(request);
  let result: R;
  try {
    result = await steps.handle(request);
  } catch (error) {
    await steps.post(request, { error });
    throw error;
  }
  await steps.post(request, { result });
  return result;
}
