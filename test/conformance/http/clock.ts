/**
 * The recording's time for everything in this process: signatures, expiries and months are judged by the clock, and
 * what is remembered for a while must age with it. Timers keep the machine's time.
 */
const RealDate = globalThis.Date;
const realPerformanceNow = performance.now.bind(performance);

export class RecordedClock {
  /** Recorded time less the machine's, milliseconds. */
  #ahead = 0;
  /** Added to what `performance.now` gives; grows only. */
  #aged = 0;

  now(): number {
    return RealDate.now() + this.#ahead;
  }

  /** It is this moment now, in unix milliseconds; from here on time goes on by itself. */
  set(time: number): void {
    const ahead = time - RealDate.now();
    this.#aged = Math.max(this.#aged, this.#aged + ahead - this.#ahead);
    this.#ahead = ahead;
  }

  /** From now on `Date` and `performance.now` follow this clock, until {@link uninstall}. */
  install(start: number): void {
    this.#ahead = start - RealDate.now();
    const now = () => this.now();
    globalThis.Date = class extends RealDate {
      constructor(...given: [] | [number | string | Date]) {
        if (given.length === 0) super(now());
        else super(...given);
      }
      static override now(): number {
        return now();
      }
    } as DateConstructor;
    performance.now = () => realPerformanceNow() + this.#aged;
  }

  uninstall(): void {
    globalThis.Date = RealDate;
    performance.now = realPerformanceNow;
  }
}
