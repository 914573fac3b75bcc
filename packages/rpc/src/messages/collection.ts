/** Garbage collection as an operator asks for it; the reference has none of this. */
import { define } from '@prairie/chain';
import type { GcFinding, GcStanding } from '@prairie/gfsp';

export interface CollectRequest {
  kinds: string[];
  dry_run: boolean;
}
export const CollectRequest = define<CollectRequest>('prairie.CollectRequest', {
  kinds: [1, 'string[]'],
  dry_run: [2, 'bool'],
});

export const Finding = define<GcFinding>('prairie.GcFinding', {
  kind: [1, 'string'],
  reason: [2, 'string'],
  keys: [3, 'string[]'],
  rows: [4, 'string[]'],
  bytes: [5, 'uint64'],
});

export type GcStatusRequest = Record<never, never>;
export const GcStatusRequest = define<GcStatusRequest>('prairie.GcStatusRequest', {});

export const Standing = define<GcStanding>('prairie.GcStanding', {
  kind: [1, 'string'],
  enabled: [2, 'bool'],
  interval: [3, 'uint32'],
  cursor: [4, 'uint64'],
  queued: [5, 'uint32'],
  rounds: [6, 'uint32'],
  last_time: [7, 'int64'],
  last_error: [8, 'string'],
});

export interface GcStatusResponse {
  standings: GcStanding[];
}
export const GcStatusResponse = define<GcStatusResponse>('prairie.GcStatusResponse', {
  standings: [1, 'prairie.GcStanding[]'],
});
