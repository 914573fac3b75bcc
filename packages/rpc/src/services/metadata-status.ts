/** The metadata service's methods about the provider and its tables. */
import type { StatusQueries } from '@prairie/gfsp';
import type { Caller } from '../client/caller.ts';
import * as messages from '../messages/metadata-status.ts';
import { type Handlers, unary } from '../method.ts';
import { READ } from './metadata-rows.ts';

export const statusMethods = {
  GfSpGetStatus: unary(messages.GetStatusRequest, messages.GetStatusResponse, READ),
  GfSpGetBsDBInfo: unary(messages.GetBsDBInfoRequest, messages.GetBsDBInfoResponse, READ),
};

type StatusMethods = typeof statusMethods;

const fromCounts = (counts: readonly bigint[] | undefined) => (counts ? `[${counts.join(',')}]` : '');
const toCounts = (text: string) => [...text.matchAll(/\d+/g)].map(([digits]) => BigInt(digits));

export const statusHandlers = (metadata: StatusQueries): Handlers<StatusMethods> => ({
  async GfSpGetStatus() {
    return { status: await metadata.getStatus() };
  },
  async GfSpGetBsDBInfo({ block_height }) {
    const counts = await metadata.getObjectCounts(block_height);
    const [object_total_count, object_seal_count] = [fromCounts(counts?.total), fromCounts(counts?.sealed)];
    return { block_height, object_total_count, object_seal_count };
  },
});

export const callStatus = (caller: Caller, methods: StatusMethods): StatusQueries => ({
  async getStatus() {
    return (await caller.unary(methods.GfSpGetStatus, {})).status;
  },
  async getObjectCounts(block_height) {
    const answer = await caller.unary(methods.GfSpGetBsDBInfo, { block_height });
    if (answer.object_total_count === '') return undefined;
    return { total: toCounts(answer.object_total_count), sealed: toCounts(answer.object_seal_count) };
  },
});
