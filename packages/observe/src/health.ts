/** Whether the process works, as probes ask it: `reference/cli-and-config.md` §5. */
import type { PartState } from '@prairie/gfsp';

/** Why it is not healthy, or not ready: one line a reason. */
export class Health {
  /** Parts by name, with the state that keeps the process from being ready. */
  readonly #parts = new Map<string, PartState>();
  readonly #reasons = new Map<string, string>();
  #healthy = true;

  /** The process can go on. It starts so; only `setHealthy` changes it. */
  get healthy(): boolean {
    return this.#healthy;
  }

  /** All parts run, and nobody gave a reason against it. False before the first part is known. */
  get ready(): boolean {
    return this.#healthy && this.#parts.size > 0 && this.reasons().length === 0;
  }

  setHealthy(healthy: boolean): void {
    this.#healthy = healthy;
  }

  /** Give it to the App as `onState`. */
  readonly onState = (part: string, state: PartState): void => {
    this.#parts.set(part, state);
  };

  /** Something else keeps the process from being ready, until it is told otherwise with no reason. */
  setReason(about: string, reason: string | undefined): void {
    if (reason === undefined) this.#reasons.delete(about);
    else this.#reasons.set(about, reason);
  }

  /** `uploader: starting`, `chain: does not answer`. */
  reasons(): string[] {
    const parts = [...this.#parts].filter(([, state]) => state !== 'running');
    return [...parts, ...this.#reasons].map(([about, reason]) => `${about}: ${reason}`);
  }
}
