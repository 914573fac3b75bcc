/** Progress of long work: a bar that moves on a terminal, a line per stage elsewhere. Written to standard error. */
import { bytes } from './format.ts';
import type { Output } from './output.ts';

const BAR_WIDTH = 28;
/** Redraws a second; more would only cost. */
const FRAME_MS = 66;

export class Progress {
  private readonly output: Output;
  private readonly label: string;
  private readonly total: number;
  private readonly amount: (done: number) => string;
  private readonly tail: () => string;
  private readonly started = performance.now();
  private drawn = 0;
  private done = 0;

  /**
   * @param total bytes, or whatever `amount` makes a text of
   * @param tail what stands behind the bar; without it what is done, and the rate
   */
  constructor(
    output: Output,
    label: string,
    total: number,
    amount: (done: number) => string = bytes,
    tail: () => string = () => `${this.amount(this.done)}  ${this.rate()}`,
  ) {
    this.output = output;
    this.label = label;
    this.total = total;
    this.amount = amount;
    this.tail = tail;
  }

  /** So many more are done. */
  advance(count: number): void {
    this.done += count;
    const now = performance.now();
    if (!this.output.interactive || now - this.drawn < FRAME_MS) return;
    this.drawn = now;
    process.stderr.write(`\r\x1b[K${this.bar()}`);
  }

  /** The stage that follows the transfer, in place of the bar. */
  stage(text: string): void {
    if (this.output.interactive) process.stderr.write(`\r\x1b[K${this.label}  ${text}`);
    else if (!this.output.json) process.stderr.write(`${this.label}  ${text}\n`);
  }

  /** Leaves `text` on the screen. */
  end(text: string): void {
    clearLine(this.output);
    this.output.say(`${this.label}  ${text}`);
  }

  /** Mean rate so far, for people. */
  rate(): string {
    const seconds = (performance.now() - this.started) / 1000;
    return `${this.amount(Math.round(this.done / Math.max(seconds, 0.001)))}/s`;
  }

  private bar(): string {
    const part = this.total > 0 ? Math.min(this.done / this.total, 1) : 1;
    const filled = Math.round(part * BAR_WIDTH);
    const percent = `${Math.floor(part * 100)}%`.padStart(4);
    return `${this.label}  ${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)} ${percent}  ${this.tail()}`;
  }
}

/** The bar's line is free for what follows. */
export function clearLine({ interactive }: Pick<Output, 'interactive'>): void {
  if (interactive) process.stderr.write('\r\x1b[K');
}
