/** The chain's clock: the wall clock, set forward by whoever develops on the chain. */
import { parseTime, timeText } from './block-types.ts';
import { Setting, type SettingsStore } from './settings.ts';

/** Nanoseconds exist on the wire, the clock gives milliseconds. */
export interface BlockTime {
  seconds: bigint;
  nanos: number;
}

/** What {@link timeText} can write, with room for what chains add to it. */
export const LAST_TIME: BlockTime = { seconds: BigInt(Date.UTC(9000, 0) / 1000), nanos: 0 };

const fromMillis = (millis: number): BlockTime => ({
  seconds: BigInt(Math.floor(millis / 1000)),
  nanos: (millis % 1000) * 1_000_000,
});

const toMillis = ({ seconds, nanos }: BlockTime): number => Number(seconds) * 1000 + Math.floor(nanos / 1_000_000);

export const isAfter = (a: BlockTime, b: BlockTime): boolean =>
  a.seconds > b.seconds || (a.seconds === b.seconds && a.nanos > b.nanos);

/** Now, or just after `last` if the clock has not moved on: block times always grow. */
export function timeAfter(last: BlockTime | undefined, millis: number = Date.now()): BlockTime {
  const now = fromMillis(millis);
  if (!last || isAfter(now, last)) return now;
  const nanos = last.nanos + 1_000_000;
  return nanos < 1e9 ? { seconds: last.seconds, nanos } : { seconds: last.seconds + 1n, nanos: nanos - 1e9 };
}

export interface ClockSetting {
  /** Milliseconds that the chain is ahead of the wall clock; negative when it is behind. */
  offset: number;
  /** The exact time of the next block, as text. One that the chain has reached means nothing any more. */
  next?: string;
}

export class Clock {
  private readonly kept: Setting<ClockSetting>;

  constructor(store: SettingsStore) {
    this.kept = new Setting<ClockSetting>(store, 'clock', { offset: 0 });
  }

  get setting(): ClockSetting {
    return this.kept.value;
  }

  /** Takes the setting from the store again. */
  reload(): void {
    this.kept.reload();
  }

  get now(): BlockTime {
    return fromMillis(this.millis);
  }

  /** The time of the block after the one of `last`. */
  timeAfter(last: BlockTime): BlockTime {
    const planned = this.planned(last);
    if (!planned) return timeAfter(last, this.millis);
    // the plan stays until a block has that time: a process that is killed before keeps to it
    this.kept.save({ ...this.setting, offset: offsetTo(planned) });
    return planned;
  }

  /** The exact time that the block after the one of `last` is to have, when there is one. */
  planned(last: BlockTime): BlockTime | undefined {
    const { next } = this.setting;
    const time = next === undefined ? undefined : parseTime(next);
    return time && isAfter(time, last) ? time : undefined;
  }

  /** Sets the clock forward. */
  advance(seconds: number): void {
    this.kept.save({ ...this.setting, offset: this.setting.offset + seconds * 1000 });
  }

  /** The next block has exactly this time, and the clock goes on from there. */
  plan(time: BlockTime): void {
    this.kept.save({ ...this.setting, next: timeText(time) });
  }

  /** The clock goes on from this time. */
  follow(time: BlockTime): void {
    this.kept.save({ offset: offsetTo(time) });
  }

  /** A chain that is ahead of its clock, because it was brought from elsewhere, does not wait for it. */
  catchUp(last: BlockTime): void {
    if (isAfter(last, this.now)) this.follow(last);
  }

  private get millis(): number {
    return Date.now() + this.setting.offset;
  }
}

const offsetTo = (time: BlockTime): number => toMillis(time) - Date.now();
