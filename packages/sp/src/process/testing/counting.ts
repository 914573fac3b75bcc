/** A resource manager and a queue engine that say what was done with them: what a user would write in place of ours. */
import {
  type Limit,
  MemoryQueue,
  NO_LIMIT,
  type QueueEngine,
  type QueueOptions,
  type QueueTask,
  type ResourceManager,
  type ResourceScope,
  type ResourceSpan,
  resourceErrors,
  type ScopeStat,
} from '@prairie/gfsp';

/** Memory only: one number for the whole process. */
class MemoryScope implements ResourceSpan {
  readonly name: string;
  readonly #manager: MemoryResources;
  #taken = 0n;

  constructor(name: string, manager: MemoryResources) {
    this.name = name;
    this.#manager = manager;
  }

  reserve({ memory = 0n }: Partial<Limit>): void {
    this.#manager.take(this.name, memory);
    this.#taken += memory;
  }

  release({ memory = 0n }: Partial<Limit>): void {
    if (memory > this.#taken) throw new Error(`${this.name} gives back ${memory} bytes and took ${this.#taken}`);
    this.#taken -= memory;
    this.#manager.giveBack(memory);
  }

  stat(): ScopeStat {
    return { ...NOTHING, memory: this.#taken };
  }

  remaining(): Limit {
    return { ...NO_LIMIT, memory: this.#manager.left };
  }

  beginSpan(): MemoryScope {
    return new MemoryScope(`${this.name}/span`, this.#manager);
  }

  done(): void {
    this.release({ memory: this.#taken });
  }
}

const NOTHING: ScopeStat = {
  memory: 0n,
  tasks_high_priority: 0,
  tasks_medium_priority: 0,
  tasks_low_priority: 0,
  conns_inbound: 0,
  conns_outbound: 0,
  fd: 0,
};

export class MemoryResources implements ResourceManager {
  readonly system: ResourceScope;
  readonly transient: ResourceScope;
  /** Names of the scopes that took memory, in order. */
  readonly reservations: string[] = [];
  /** Bytes not taken. */
  left: bigint;
  readonly #scopes = new Map<string, ResourceScope>();

  constructor(bytes: bigint) {
    this.left = bytes;
    this.system = this.openService('system');
    this.transient = this.system;
  }

  openService(name: string): ResourceScope {
    const scope = this.#scopes.get(name) ?? new MemoryScope(name, this);
    this.#scopes.set(name, scope);
    return scope;
  }

  scopes(): ReadonlyMap<string, ResourceScope> {
    return this.#scopes;
  }

  take(name: string, bytes: bigint): void {
    if (bytes > this.left) throw resourceErrors.exceeded(`${name} asks for ${bytes} bytes, ${this.left} are left`);
    this.left -= bytes;
    this.reservations.push(name);
  }

  giveBack(bytes: bigint): void {
    this.left += bytes;
  }
}

/** Ours with a difference: each task that comes is noted. */
class NotingQueue<T> extends MemoryQueue<T> {
  readonly #noted: string[];

  constructor(options: QueueOptions, noted: string[]) {
    super(options);
    this.#noted = noted;
  }

  override push(task: QueueTask<T>, delayMs?: number): void {
    super.push(task, delayMs);
    this.#noted.push(`${this.name} ${task.key}`);
  }
}

export class NotingQueueEngine implements QueueEngine {
  /** `<queue> <key>` of every task that came. */
  readonly pushed: string[] = [];
  readonly #queues = new Map<string, NotingQueue<unknown>>();
  closed = false;

  async open<T>(options: QueueOptions): Promise<MemoryQueue<T>> {
    const queue = this.#queues.get(options.name) ?? new NotingQueue<unknown>(options, this.pushed);
    this.#queues.set(options.name, queue);
    return queue as unknown as MemoryQueue<T>;
  }

  async close(): Promise<void> {
    for (const queue of this.#queues.values()) queue.clear();
    this.closed = true;
  }
}
