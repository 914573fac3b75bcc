/** Messages of our own services: what the contracts have and the reference's methods lack. */
import { define } from '@prairie/chain';

export interface AttendRequest {
  member: string;
}
export const AttendRequest = define<AttendRequest>('prairie.AttendRequest', { member: [1, 'string'] });

export type AttendResponse = Record<never, never>;
export const AttendResponse = define<AttendResponse>('prairie.AttendResponse', {});

export interface CancelTaskRequest {
  key: string;
}
export const CancelTaskRequest = define<CancelTaskRequest>('prairie.CancelTaskRequest', { key: [1, 'string'] });

export interface CancelTaskResponse {
  cancelled: boolean;
}
export const CancelTaskResponse = define<CancelTaskResponse>('prairie.CancelTaskResponse', { cancelled: [1, 'bool'] });

export interface NoteStateRequest {
  key: string;
  state: number;
}
export const NoteStateRequest = define<NoteStateRequest>('prairie.NoteStateRequest', {
  key: [1, 'string'],
  state: [2, 'int32'],
});

export type NoteStateResponse = Record<never, never>;
export const NoteStateResponse = define<NoteStateResponse>('prairie.NoteStateResponse', {});

export interface ListTasksRequest {
  filter: string;
}
export const ListTasksRequest = define<ListTasksRequest>('prairie.ListTasksRequest', { filter: [1, 'string'] });

export interface ListTasksResponse {
  tasks: string[];
}
export const ListTasksResponse = define<ListTasksResponse>('prairie.ListTasksResponse', { tasks: [1, 'string[]'] });

export type HeightsRequest = Record<never, never>;
export const HeightsRequest = define<HeightsRequest>('prairie.HeightsRequest', {});

export interface Height {
  height: bigint;
}
export const Height = define<Height>('prairie.Height', { height: [1, 'uint64'] });

export interface DownloadChunk {
  data: Uint8Array;
}
export const DownloadChunk = define<DownloadChunk>('prairie.DownloadChunk', { data: [1, 'bytes'] });
