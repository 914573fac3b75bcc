import type { BlockSyncer } from '@prairie/gfsp';
import type { Caller } from '../client/caller.ts';
import { latest } from '../latest.ts';
import { Height, HeightsRequest } from '../messages/prairie.ts';
import { defineRpc, down, serve } from '../method.ts';

export const blockSyncerService = defineRpc('prairie.BlockSyncer', {
  Heights: down(HeightsRequest, Height, { repeatable: true, held: true }),
});

export const serveBlockSyncer = (blocksyncer: BlockSyncer) =>
  serve(blockSyncerService, {
    async Heights(_request, { signal }) {
      return messages(blocksyncer.heights(signal));
    },
  });

async function* messages(heights: AsyncIterable<bigint>): AsyncGenerator<Height> {
  for await (const height of heights) yield { height };
}

export const callBlockSyncer = (caller: Caller): BlockSyncer => ({
  async *heights(signal) {
    try {
      const heights = await caller.down(blockSyncerService.methods.Heights, {}, { signal });
      for await (const { height } of latest(heights)) yield height;
    } catch (error) {
      // ends with the signal, as the module itself does
      if (!signal.aborted) throw error;
    }
  },
});
