import type { Delivery } from '@prairie/gfsp';
import { Outgoing, type OutgoingDependencies } from '../replication/outgoing.ts';
import type { AnyUploadTask } from './records.ts';

/** What the pieces of an upload are sent with. */
export interface SendingTools extends OutgoingDependencies {
  /** So long a client waits for the slowest secondary. */
  patienceMs: number;
}

/** The pieces of an upload, to the group that was offered for it. */
export function sendTo(delivery: Delivery, task: AnyUploadTask, tools: SendingTools): Outgoing {
  const destination = { ...task, ...delivery, is_agent_upload_task: task.is_agent_upload };
  return new Outgoing(destination, tools, { isHasty: true, patienceMs: tools.patienceMs });
}
