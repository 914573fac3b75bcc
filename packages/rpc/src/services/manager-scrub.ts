/** What operators ask of the scrubbing; the reference has none. */
import type { Scrubbing } from '@prairie/gfsp';
import type { Caller } from '../client/caller.ts';
import { ReportMessage, ScrubRequestMessage, ScrubStatusRequest, StatusMessage } from '../messages/scrub.ts';
import { defineRpc, down, serve, unary } from '../method.ts';

const DEADLINE_MS = 30_000;

export const scrubService = defineRpc('prairie.Scrub', {
  // as long as the pass takes; who leaves ends it
  Scrub: down(ScrubRequestMessage, ReportMessage, { held: true }),
  Status: unary(ScrubStatusRequest, StatusMessage, { repeatable: true, deadlineMs: DEADLINE_MS }),
});

export const serveScrub = (manager: Scrubbing) =>
  serve(scrubService, {
    async Scrub(request, { signal }) {
      return manager.scrub(request, signal);
    },
    async Status() {
      return manager.scrubStatus();
    },
  });

export function callScrub(caller: Caller): Scrubbing {
  const { Scrub, Status } = scrubService.methods;
  return {
    async *scrub(request, signal) {
      yield* await caller.down(Scrub, request, { signal });
    },
    async scrubStatus() {
      return caller.unary(Status, {});
    },
  };
}
