import { GfSpError, type LeaseQueue, type Logger, type QueueEngine } from '@prairie/gfsp';
import { pause } from '../common/pause.ts';
import { consume } from './consume.ts';
import { managerErrors } from './errors.ts';

export interface MembersOptions {
  /**
   * Somebody who leaves may be back so soon: an attendance that broke is tried again after at most 2 s
   * (`common/attendance.ts`). As long after its start a manager believes that everybody is there. Default 5 s.
   */
  memberGraceMs?: number;
  /** Members at a time. Default 10240. */
  maxMembers?: number;
}

export interface MembersDependencies {
  engine: QueueEngine;
  /** The attendance ended: what the member had in work is to be handed out again. */
  onLeft: (member: string) => Promise<unknown>;
  /** The member did not come back, whichever manager it was with. */
  onGone: (member: string) => Promise<unknown>;
  logger: Logger;
}

/** A sign of life holds so long, and is renewed twice in that time: a manager that dies cannot take it back. */
const HOLDS_MS = 120_000;
const RENEW_MS = HOLDS_MS / 2;
const LAPSE_TIMEOUT_MS = 60_000;

/**
 * Who is there. The signs of life are in a queue of the engine, so that all managers of a provider know them: one that
 * waits is valid, and one that becomes ready has lapsed and is taken up, once, by any of them.
 */
export class Members {
  readonly #queue: LeaseQueue<string>;
  readonly #dependencies: MembersDependencies;
  readonly #graceMs: number;
  readonly #maxMembers: number;
  readonly #startedAt = Date.now();
  /** Attendances by member: a new call may come before the end of the broken one is noticed. */
  readonly #calls = new Map<string, number>();
  #serial = 0;

  private constructor(options: MembersOptions, dependencies: MembersDependencies, queue: LeaseQueue<string>) {
    this.#queue = queue;
    this.#dependencies = dependencies;
    this.#graceMs = options.memberGraceMs ?? 5000;
    this.#maxMembers = options.maxMembers ?? 10_240;
  }

  static async open(options: MembersOptions, dependencies: MembersDependencies): Promise<Members> {
    const capacity = 4 * (options.maxMembers ?? 10_240);
    const queue = await dependencies.engine.open<string>({ name: 'manager-members', capacity });
    return new Members(options, dependencies, queue);
  }

  /** Members that attend here. */
  get size(): number {
    return this.#calls.size;
  }

  /** Resolves when the manager has been there long enough for everybody to have come back. */
  async settled(signal: AbortSignal): Promise<void> {
    await pause(Math.max(this.#startedAt + this.#graceMs - Date.now(), 0), signal);
  }

  /** With this manager or another one. Soon after the start nobody can know: the answer comes when everybody had time. */
  async isThere(member: string): Promise<boolean> {
    if (this.#calls.has(member)) return true;
    const wait = this.#startedAt + this.#graceMs - Date.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait).unref());
    if (this.#calls.has(member)) return true;
    const signs = await this.#queue.scan(`${member}#`, 16);
    return signs.some(({ state }) => state === 'waiting');
  }

  /** Held until one of the signals aborts: the member's own, then it has left, or the manager's. @throws 60003 */
  async attend(member: string, signal: AbortSignal, stopping: AbortSignal): Promise<void> {
    if (this.#calls.size >= this.#maxMembers && !this.#calls.has(member)) {
      throw managerErrors.exceeded(`${this.#maxMembers} members attend already, try again later`);
    }
    this.#calls.set(member, (this.#calls.get(member) ?? 0) + 1);
    const either = AbortSignal.any([signal, stopping]);
    let sign: string | undefined;
    try {
      while (!either.aborted) {
        const fresh = await this.#sign(member);
        if (sign) await this.#queue.complete(sign);
        sign = fresh;
        await pause(RENEW_MS, either).catch(() => {});
      }
    } finally {
      const left = (this.#calls.get(member) ?? 1) - 1;
      if (left > 0) this.#calls.set(member, left);
      else this.#calls.delete(member);
      if (left === 0 && !stopping.aborted) await this.#left(member, stopping);
      if (sign && !stopping.aborted) await this.#queue.complete(sign);
    }
  }

  /** Takes up what lapsed because the manager that kept it died. Ends with the signal. */
  watch(signal: AbortSignal): Promise<void> {
    return consume(this.#queue, { signal, logger: this.#dependencies.logger }, async (member) => {
      if (!(await this.isThere(member))) await this.#gone(member);
    });
  }

  async #sign(member: string): Promise<string> {
    const key = `${member}#${Date.now()}-${++this.#serial}`;
    await this.#queue.push({ key, priority: 0, value: member, timeoutMs: LAPSE_TIMEOUT_MS, maxAttempts: 1 }, HOLDS_MS);
    return key;
  }

  async #left(member: string, stopping: AbortSignal): Promise<void> {
    await this.#tell(member, this.#dependencies.onLeft);
    void pause(this.#graceMs, stopping)
      .then(async () => {
        if (!(await this.isThere(member))) await this.#gone(member);
      })
      .catch((error: unknown) => {
        if (!stopping.aborted) this.#dependencies.logger.error('a member was not looked after', { member, error });
      });
  }

  async #gone(member: string): Promise<void> {
    await this.#tell(member, this.#dependencies.onLeft);
    await this.#tell(member, this.#dependencies.onGone);
  }

  async #tell(member: string, listener: (member: string) => Promise<unknown>): Promise<void> {
    try {
      await listener(member);
    } catch (error) {
      const reason = GfSpError.from(error).message;
      this.#dependencies.logger.error('the work of a member was not taken back', { member, reason });
    }
  }
}
