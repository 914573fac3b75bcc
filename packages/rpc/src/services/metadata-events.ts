/** The metadata service's methods about events that schedulers follow. */
import type { EventQueries } from '@prairie/gfsp';
import type { Caller } from '../client/caller.ts';
import * as messages from '../messages/metadata-events.ts';
import { type Handlers, unary } from '../method.ts';
import { READ } from './metadata-rows.ts';

export const eventMethods = {
  GfSpListMigrateBucketEvents: unary(
    messages.ListMigrateBucketEventsRequest,
    messages.ListMigrateBucketEventsResponse,
    READ,
  ),
  GfSpListCompleteMigrationBucketEvents: unary(
    messages.ListCompleteMigrationBucketEventsRequest,
    messages.ListCompleteMigrationBucketEventsResponse,
    READ,
  ),
  GfSpListSwapOutEvents: unary(messages.ListSwapOutEventsRequest, messages.ListSwapOutEventsResponse, READ),
  GfSpListSpExitEvents: unary(messages.ListSpExitEventsRequest, messages.ListSpExitEventsResponse, READ),
  GfSpGetSPMigratingBucketNumber: unary(
    messages.GetSPMigratingBucketNumberRequest,
    messages.GetSPMigratingBucketNumberResponse,
    READ,
  ),
};

type EventMethods = typeof eventMethods;

export const eventHandlers = (metadata: EventQueries): Handlers<EventMethods> => ({
  async GfSpListMigrateBucketEvents({ block_id, sp_id }) {
    const events = await metadata.listMigrateBucketEvents(sp_id, block_id);
    return { events: events.map((one) => ({ ...one, complete_event: undefined })) };
  },
  async GfSpListCompleteMigrationBucketEvents({ block_id, src_sp_id }) {
    return { complete_events: await metadata.listCompleteMigrationEvents(src_sp_id, block_id) };
  },
  async GfSpListSwapOutEvents({ block_id, sp_id }) {
    const events = await metadata.listSwapOutEvents(sp_id, block_id);
    return {
      events: events.map((one) => ({
        events: one.event,
        cancel_events: one.cancel_event,
        complete_events: one.complete_event,
      })),
    };
  },
  async GfSpListSpExitEvents({ block_id, sp_id }) {
    return { events: await metadata.getSpExitEvents(sp_id, block_id) };
  },
  async GfSpGetSPMigratingBucketNumber({ sp_id }) {
    return { count: BigInt(await metadata.countMigratingBuckets(sp_id)) };
  },
});

export const callEvents = (caller: Caller, methods: EventMethods): EventQueries => ({
  async listMigrateBucketEvents(sp_id, block_id) {
    const { events } = await caller.unary(methods.GfSpListMigrateBucketEvents, { sp_id, block_id });
    return events.map(({ event, cancel_event, reject_event }) => ({ event, cancel_event, reject_event }));
  },
  async listCompleteMigrationEvents(src_sp_id, block_id) {
    const asked = { src_sp_id, block_id };
    return (await caller.unary(methods.GfSpListCompleteMigrationBucketEvents, asked)).complete_events;
  },
  async listSwapOutEvents(sp_id, block_id) {
    const { events } = await caller.unary(methods.GfSpListSwapOutEvents, { sp_id, block_id });
    return events.map((one) => ({
      event: one.events,
      cancel_event: one.cancel_events,
      complete_event: one.complete_events,
    }));
  },
  async getSpExitEvents(sp_id, block_id) {
    return (await caller.unary(methods.GfSpListSpExitEvents, { sp_id, block_id })).events;
  },
  async countMigratingBuckets(sp_id) {
    return Number((await caller.unary(methods.GfSpGetSPMigratingBucketNumber, { sp_id })).count);
  },
});
