import { readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import type { EventData } from 'node:test';
import { run } from 'node:test';
import { inspect } from 'node:util';

/** What a stage of the tests came to. */
export interface Totals {
  passed: number;
  failed: number;
}

export interface TestRunOptions {
  root: string;
  files: readonly string[];
  /** Test files at a time. Default: the cores, and one more. */
  concurrency?: number;
  /** A test that takes longer has failed. */
  timeoutMs: number;
  /** The run is stopped when for so much longer no test has ended. Default 3 s. */
  graceMs?: number;
  /** Options of Node for the test processes. */
  nodeOptions?: readonly string[];
  /** Also write what tests write, as they do: for those that take long and tell how far they are. */
  echo?: boolean;
  write: (text: string) => void;
}

/** Test files below `folders`: `*.test.ts`, sorted. Folders that are not there have none. */
export function findTestFiles(root: string, folders: readonly string[]): string[] {
  const found = folders.flatMap((folder) => {
    const path = join(root, folder);
    const status = statSync(path, { throwIfNoEntry: false });
    if (!status) return [];
    if (status.isFile()) return [path];
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter(
        (entry) => entry.isFile() && entry.name.endsWith('.test.ts') && !entry.parentPath.includes('node_modules'),
      )
      .map((entry) => join(entry.parentPath, entry.name));
  });
  return [...new Set(found)].sort();
}

/** Runs test files, a process each, and writes a line per file and the failures in full. Counts as Node counts. */
export async function runTestFiles(options: TestRunOptions): Promise<Totals> {
  if (options.files.length === 0) return { passed: 0, failed: 0 };
  const watchdog = new AbortController();
  const events = run({
    files: [...options.files],
    // one more than there are cores: some wait, for servers and timers
    concurrency: options.concurrency ?? availableParallelism() + 1,
    timeout: options.timeoutMs,
    // Not --test-force-exit: it drops the tests that a file registers after an await, without a word.
    execArgv: [...(options.nodeOptions ?? [])],
    signal: watchdog.signal,
    cwd: options.root,
  });
  const totals: Totals = { passed: 0, failed: 0 };
  const output = new Map<string, string>();
  const leftOut = new Map<string, Set<string>>();
  const finished = new Set<string>();
  const keep = ({ file, message }: { file?: string; message: string }) => {
    if (options.echo) options.write(indent(message, 4));
    if (file) output.set(file, `${output.get(file) ?? ''}${message}`.slice(-MAX_OUTPUT));
  };
  events.on('test:stdout', keep);
  events.on('test:stderr', keep);
  // a suite that is left out does not count as its tests would: it is named instead
  events.on('test:pass', ({ skip, file }) => {
    if (typeof skip !== 'string') return;
    leftOut.set(skip, (leftOut.get(skip) ?? new Set()).add(relative(options.root, file ?? '')));
  });
  events.on('test:fail', (data) => options.write(describeFailure(options.root, data)));
  events.on('test:summary', ({ counts, file, duration_ms }) => {
    const failed = counts.tests - counts.passed - counts.skipped - counts.todo;
    if (file === undefined) {
      totals.passed = counts.passed;
      totals.failed = failed;
      return;
    }
    finished.add(file);
    const mark = failed > 0 ? '✖' : '✔';
    const result = failed > 0 ? `${counts.passed} passed, ${failed} failed` : `${counts.passed} passed`;
    options.write(`  ${mark} ${relative(options.root, file)}  ${result}  ${(duration_ms / 1000).toFixed(1)} s\n`);
    if (failed > 0 && output.has(file)) options.write(indent(`it wrote:\n${output.get(file)}`, 6));
    output.delete(file);
  });
  // Node's own time limit does not stop a file that is busy for ever or leaves something open; silence does.
  const limit = options.timeoutMs + (options.graceMs ?? 3000);
  let silent = false;
  const silence = setTimeout(() => {
    silent = true;
    watchdog.abort();
  }, limit);
  for await (const _ of events) silence.refresh();
  clearTimeout(silence);
  // Processes whose tests timed out may still be there.
  watchdog.abort();
  if (silent) {
    const left = options.files.filter((file) => !finished.has(file)).map((file) => relative(options.root, file));
    options.write(`  ✖ stopped, nothing came for ${limit / 1000} s; not finished: ${left.join(', ')}\n`);
    totals.failed = Math.max(1, totals.failed);
  }
  // A file that broke before its tests has no summary; why, is in what it wrote.
  for (const [file, text] of output) {
    options.write(indent(`${relative(options.root, file)} wrote:\n${text}`, 6));
  }
  for (const [reason, files] of leftOut) options.write(`  ⚠ ${reason}\n${indent([...files].sort().join('\n'), 4)}`);
  return totals;
}

/** Characters kept of what a test file writes. */
const MAX_OUTPUT = 8000;

function describeFailure(root: string, data: EventData.TestFail): string {
  const { error } = data.details;
  // The failure of a group only says that a test in it failed.
  if (error instanceof Error && 'failureType' in error && error.failureType === 'subtestsFailed') return '';
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const place = data.file ? `${relative(root, data.file)}:${data.line ?? 0} ` : '';
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause);
  return `  ✖ ${place}› ${data.name}\n${indent(text, 6)}`;
}

export function indent(text: string, spaces: number): string {
  const margin = ' '.repeat(spaces);
  return `${text
    .trimEnd()
    .split('\n')
    .map((line) => margin + line)
    .join('\n')}\n`;
}
