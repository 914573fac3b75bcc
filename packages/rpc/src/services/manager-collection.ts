/** What operators ask of the collection, beside the methods that the reference has. */
import type { Collections } from '@prairie/gfsp';
import type { Caller } from '../client/caller.ts';
import { CollectRequest, Finding, GcStatusRequest, GcStatusResponse } from '../messages/collection.ts';
import { defineRpc, down, serve, unary } from '../method.ts';

const DEADLINE_MS = 30_000;

export const collectionService = defineRpc('prairie.Collection', {
  // as long as the pass takes; who leaves ends it
  Collect: down(CollectRequest, Finding, { held: true }),
  Status: unary(GcStatusRequest, GcStatusResponse, { repeatable: true, deadlineMs: DEADLINE_MS }),
});

export const serveCollection = (manager: Collections) =>
  serve(collectionService, {
    async Collect({ kinds, dry_run: dryRun }, { signal }) {
      return manager.collect({ kinds, dryRun }, signal);
    },
    async Status() {
      return { standings: await manager.gcStatus() };
    },
  });

export function callCollection(caller: Caller): Collections {
  const { Collect, Status } = collectionService.methods;
  return {
    async *collect({ kinds, dryRun }, signal) {
      yield* await caller.down(Collect, { kinds: [...kinds], dry_run: dryRun }, { signal });
    },
    async gcStatus() {
      return (await caller.unary(Status, {})).standings;
    },
  };
}
