/** What was found while a configuration was read. All of it is told at once, not only the first fault. */
import type { Condition } from './record.ts';

/** A value that did not come from the file: from a variable of the environment, or from the command line. */
export interface Override {
  readonly text: string;
  /** Who gave it, for people: `SP_DB_USER`, `--grpc-address`. */
  readonly source: string;
  /** Taken as it is: an empty value does not stand for the default. */
  readonly final: boolean;
}

/** A file of nothing but mistakes must not fill a screen. */
const MAX_LINES = 100;

export class Report {
  readonly #problems: string[] = [];
  readonly #warnings: string[] = [];
  /** Reason → keys that were set and do nothing. */
  readonly #idle = new Map<string | Condition, string[]>();
  /** By the key's path in lower case. What was used is taken out. */
  readonly overrides: Map<string, Override>;

  constructor(overrides: ReadonlyMap<string, Override> = new Map()) {
    this.overrides = new Map(overrides);
  }

  problem(text: string): void {
    this.#problems.push(text);
  }

  warn(text: string): void {
    this.#warnings.push(text);
  }

  /** `path` was set to something other than its default, and nothing comes of it. */
  idle(path: string, reason: string | Condition): void {
    this.#idle.set(reason, [...(this.#idle.get(reason) ?? []), path]);
  }

  /** Takes back what turns out to do something, now that all keys are known. */
  settle(config: Parameters<Condition['isIdle']>[0]): void {
    for (const reason of this.#idle.keys()) {
      if (typeof reason !== 'string' && !reason.isIdle(config)) this.#idle.delete(reason);
    }
  }

  get problems(): string[] {
    return bounded(this.#problems);
  }

  get warnings(): string[] {
    const idle = [...this.#idle].map(([why, keys]) => {
      return `no effect: ${keys.join(', ')} (${typeof why === 'string' ? why : why.reason})`;
    });
    return bounded([...this.#warnings, ...idle]);
  }
}

function bounded(lines: readonly string[]): string[] {
  if (lines.length <= MAX_LINES) return [...lines];
  return [...lines.slice(0, MAX_LINES), `… and ${lines.length - MAX_LINES} more`];
}

/** A configuration that cannot be used. `problems` are all its faults, a sentence each; none holds a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[], place = 'the configuration') {
    super(`${place} cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

const MAX_SHOWN = 80;

/** A value as an error may show it: short, on one line, and without what could be a key or a password. */
export function shown(value: unknown, secret: boolean): string {
  if (secret) return typeof value === 'string' ? `${value.length} characters (not shown)` : `a ${typeof value}`;
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) return 'a table';
  const text = typeof value === 'string' ? JSON.stringify(withoutSecrets(value)) : String(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

/** A private key that was put under another name, and the password in a URL. */
function withoutSecrets(text: string): string {
  return text.replace(/[0-9a-f]{64,}/gi, '(hex digits, not shown)').replace(/\/\/[^/@]*@/g, '//(not shown)@');
}
