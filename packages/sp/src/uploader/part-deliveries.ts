import type { greenfieldStorage as storage } from '@prairie/chain';
import { type Delivery, type ResumableUploadObjectTask, uploadKey } from '@prairie/gfsp';
import { updateTime } from '../common/pieces.ts';
import type { Outgoing } from '../replication/outgoing.ts';
import { type SendingTools, sendTo } from './sending.ts';

/** Objects whose pieces wait for the next part; of more, those that waited longest are replicated after their upload. */
const MAX_OPEN = 1024;
/** A next part that does not come for so long is not waited for. */
const IDLE_MS = 600_000;

/** Pieces of an upload on their way to a group. */
export interface Sending {
  readonly outgoing: Outgoing;
  readonly delivery: Delivery;
}

interface Open extends Sending {
  readonly object: storage.ObjectInfo;
  readonly contentTime: bigint;
  readonly timer: NodeJS.Timeout;
}

/**
 * Pieces of objects that come in parts: they go out from part to part, to the group that was offered with the first one.
 * After a restart nothing is known of that, and the object is replicated when it is whole.
 */
export class PartDeliveries {
  readonly #tools: SendingTools;
  readonly #open = new Map<string, Open>();

  constructor(tools: SendingTools) {
    this.#tools = tools;
  }

  /** Where the pieces of this part go. With the first part it begins anew. */
  async of(task: ResumableUploadObjectTask, offered: Delivery | undefined): Promise<Outgoing | undefined> {
    const key = uploadKey(task.object_info);
    const isFirst = task.offset === 0n;
    if (isFirst || this.#open.get(key)?.contentTime !== updateTime(task.object_info)) await this.drop(task.object_info);
    const open = this.#open.get(key) ?? (offered && isFirst ? this.#begin(task, offered) : undefined);
    if (!open) return undefined;
    open.timer.refresh();
    // who came last is the last to go when there are too many
    this.#open.delete(key);
    this.#open.set(key, open);
    const [oldest] = this.#open.values();
    if (this.#open.size > MAX_OPEN && oldest) await this.drop(oldest.object);
    return open.outgoing;
  }

  /** The object is whole: whoever takes it ends it. */
  take(object: storage.ObjectInfo): Sending | undefined {
    const key = uploadKey(object);
    const open = this.#open.get(key);
    clearTimeout(open?.timer);
    this.#open.delete(key);
    return open;
  }

  /** Nothing more comes of its upload in parts. */
  async drop(object: storage.ObjectInfo): Promise<void> {
    await this.take(object)?.outgoing.end();
  }

  /** Ends all sending. */
  async end(): Promise<void> {
    const all = [...this.#open.values()];
    this.#open.clear();
    for (const { timer } of all) clearTimeout(timer);
    await Promise.all(all.map(({ outgoing }) => outgoing.end()));
  }

  #begin(task: ResumableUploadObjectTask, delivery: Delivery): Open {
    const { object_info: object } = task;
    const outgoing = sendTo(delivery, task, this.#tools);
    const timer = setTimeout(() => void this.drop(object), IDLE_MS).unref();
    return { object, outgoing, delivery, timer, contentTime: updateTime(object) };
  }
}
