/** How long tasks may take and how often they are tried (`reference/tasks-and-manager.md` §1.6, §1.7). */
import type { TaskKind } from './kinds.ts';

/** Section `Task` of the configuration. Every default is 0: the least that the rules allow. */
export interface TaskSettings {
  /** Divides the time that a size is given, by one more than this. */
  uploadTaskSpeed: number;
  /** For downloads and challenges. */
  downloadTaskSpeed: number;
  /** For replication, received pieces and recovery. */
  replicateTaskSpeed: number;
  /** Seconds. */
  sealObjectTaskTimeout: number;
  gcObjectTaskTimeout: number;
  gcZombieTaskTimeout: number;
  gcMetaTaskTimeout: number;
  /** Times a task is handed out. */
  replicateTaskRetry: number;
  receiveConfirmTaskRetry: number;
  sealObjectTaskRetry: number;
  gcObjectTaskRetry: number;
  gcZombieTaskRetry: number;
  gcMetaTaskRetry: number;
}

export const defaultTaskSettings: Readonly<TaskSettings> = {
  uploadTaskSpeed: 0,
  downloadTaskSpeed: 0,
  replicateTaskSpeed: 0,
  sealObjectTaskTimeout: 0,
  gcObjectTaskTimeout: 0,
  gcZombieTaskTimeout: 0,
  gcMetaTaskTimeout: 0,
  replicateTaskRetry: 0,
  receiveConfirmTaskRetry: 0,
  sealObjectTaskRetry: 0,
  gcObjectTaskRetry: 0,
  gcZombieTaskRetry: 0,
  gcMetaTaskRetry: 0,
};

/** Bytes a second that a transfer is expected to make at least. */
const MIN_SPEED = 10n * 1024n * 1024n;

/** A value from the configuration, or none, kept between two bounds. */
interface Rule {
  readonly min: bigint;
  readonly max: bigint;
  /** The setting that is the value itself. */
  readonly setting?: keyof TaskSettings;
}

interface TimeRule extends Rule {
  /** The setting that divides the time of a size. */
  readonly speed?: keyof TaskSettings;
  /** Seconds on top of the time of a size. */
  readonly extra?: bigint;
}

const NONE: Rule = { min: 0n, max: 0n };
const UPLOAD: TimeRule = { min: 2n, max: 300n, speed: 'uploadTaskSpeed' };
const DOWNLOAD: TimeRule = { min: 2n, max: 300n, speed: 'downloadTaskSpeed' };
// No key of the configuration reaches these three: they take the minimum.
const MIGRATION: TimeRule = { min: 1800n, max: 3600n };
const GC_STALE: TimeRule = { min: 300n, max: 600n };

const times: { readonly [K in TaskKind]: TimeRule } = {
  'create-bucket-approval': NONE,
  'migrate-bucket-approval': NONE,
  'create-object-approval': NONE,
  'delegate-create-object-approval': NONE,
  'replicate-approval': NONE,
  upload: UPLOAD,
  'resumable-upload': UPLOAD,
  replicate: { min: 90n, max: 500n, speed: 'replicateTaskSpeed' },
  seal: { min: 90n, max: 300n, setting: 'sealObjectTaskTimeout' },
  // The reference reads ReceiveTaskSpeed and uses this one.
  receive: { min: 90n, max: 300n, speed: 'replicateTaskSpeed' },
  download: DOWNLOAD,
  'download-piece': NONE,
  challenge: DOWNLOAD,
  'gc-object': { min: 300n, max: 600n, setting: 'gcObjectTaskTimeout' },
  'gc-zombie': { min: 300n, max: 600n, setting: 'gcZombieTaskTimeout' },
  'gc-meta': { min: 300n, max: 600n, setting: 'gcMetaTaskTimeout' },
  'gc-bucket-migration': MIGRATION,
  'gc-stale-version': GC_STALE,
  recover: { min: 10n, max: 50n, speed: 'replicateTaskSpeed', extra: 1n },
  'migrate-gvg': MIGRATION,
  'migrate-piece': NONE,
};

const retries: { readonly [K in TaskKind]: Rule } = {
  'create-bucket-approval': NONE,
  'migrate-bucket-approval': NONE,
  'create-object-approval': NONE,
  'delegate-create-object-approval': NONE,
  'replicate-approval': NONE,
  upload: NONE,
  'resumable-upload': NONE,
  replicate: { min: 3n, max: 6n, setting: 'replicateTaskRetry' },
  seal: { min: 3n, max: 10n, setting: 'sealObjectTaskRetry' },
  receive: { min: 1n, max: 3n, setting: 'receiveConfirmTaskRetry' },
  download: NONE,
  'download-piece': NONE,
  challenge: NONE,
  'gc-object': { min: 3n, max: 5n, setting: 'gcObjectTaskRetry' },
  'gc-zombie': { min: 3n, max: 5n, setting: 'gcZombieTaskRetry' },
  'gc-meta': { min: 3n, max: 5n, setting: 'gcMetaTaskRetry' },
  'gc-bucket-migration': { min: 3n, max: 5n },
  'gc-stale-version': NONE,
  recover: { min: 2n, max: 3n },
  'migrate-gvg': { min: 2n, max: 3n },
  'migrate-piece': NONE,
};

/** The rules under one configuration. */
export class TaskRules {
  readonly #settings: { readonly [K in keyof TaskSettings]: bigint };

  /** @throws RangeError for a setting that is no whole number from 0 on */
  constructor(settings: Partial<TaskSettings> = {}) {
    const whole = { ...defaultTaskSettings, ...settings };
    for (const [name, value] of Object.entries(whole)) {
      if (!Number.isSafeInteger(value) || value < 0) {
        throw new RangeError(`task setting ${name} is ${value}: expected a whole number from 0 on`);
      }
    }
    const entries = Object.entries(whole).map(([name, value]) => [name, BigInt(value)]);
    this.#settings = Object.fromEntries(entries) as { [K in keyof TaskSettings]: bigint };
  }

  /** Seconds that a task of `size` bytes may run; 0 for a kind that is answered at once. */
  timeoutOf(kind: TaskKind, size = 0n): bigint {
    const rule = times[kind];
    if (rule.speed === undefined) return this.#bounded(rule);
    const seconds = size / (this.#settings[rule.speed] + 1n) / MIN_SPEED + (rule.extra ?? 0n);
    return clamp(seconds, rule);
  }

  /** Times that a task is handed out at most; 0 for a kind that is not. */
  maxRetryOf(kind: TaskKind): bigint {
    return this.#bounded(retries[kind]);
  }

  #bounded(rule: Rule): bigint {
    return clamp(rule.setting ? this.#settings[rule.setting] : 0n, rule);
  }
}

function clamp(value: bigint, { min, max }: Rule): bigint {
  if (value < min) return min;
  return value > max ? max : value;
}
