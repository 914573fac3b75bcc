import { type GcStanding, GfSpError, nowSeconds } from '@prairie/gfsp';

type Ended = Pick<GcStanding, 'rounds' | 'last_time' | 'last_error'>;

const NEVER: Ended = { rounds: 0, last_time: 0n, last_error: '' };
/** Of an error's text: it is for a line in a list. */
const LONGEST = 200;

/** How rounds ended since the start, by what they collect. */
export class Standings {
  readonly #ended = new Map<string, Ended>();

  of(kind: string): Ended {
    return this.#ended.get(kind) ?? NEVER;
  }

  ended(kind: string, error?: unknown): void {
    const last_error = error === undefined ? '' : GfSpError.from(error).message.slice(0, LONGEST).toWellFormed();
    this.#ended.set(kind, { rounds: this.of(kind).rounds + 1, last_time: nowSeconds(), last_error });
  }
}
