/**
 * The project's tests: `npm test` runs all stages, `npm run test:unit -- packages/chain` the files of one place in one
 * stage. The last line is `N passed, N failed`; the exit code is 1 when something failed.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkBoundaries } from './check-boundaries.ts';
import { findTestFiles, indent, runTestFiles, type TestRunOptions, type Totals } from './report-tests.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MINUTE = 60_000;
/** Clients put the bucket into the host name, and not every system resolves names below localhost. */
const LOCALHOST = ['--import', new URL('../packages/devnet/localhost.mjs', import.meta.url).href];

type Stage = (paths: readonly string[]) => Promise<Totals>;

/** The end-to-end tests, with the devnet's providers in processes of this shape (`test/support/devnet-process.ts`). */
const e2e =
  (shape: string): Stage =>
  async (paths) => {
    process.env.PRAIRIE_SHAPE = shape;
    const options = { timeoutMs: 10 * MINUTE, concurrency: 1, nodeOptions: LOCALHOST };
    // what only a split provider has
    const folders = shape === 'split' ? ['test/e2e', 'test/split'] : ['test/e2e'];
    return tests(folders, paths, options).finally(() => delete process.env.PRAIRIE_SHAPE);
  };

/** In the order of `npm test`: what is quick to tell comes first. Some run when they are asked for. */
const STAGES: Record<string, Stage> = {
  types: async () => tool('node_modules/typescript/bin/tsc', ['-p', '.']),
  lint: async () => tool('node_modules/@biomejs/biome/bin/biome', ['check', '--error-on-warnings']),
  boundaries: async () => {
    const faults = await checkBoundaries(ROOT);
    for (const fault of faults) write(`  ✖ ${fault}\n`);
    return faults.length === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: faults.length };
  },
  // ten thousand messages take half a minute of a core, and a busy machine has several for each
  unit: (paths) =>
    tests(['packages', 'scripts', 'examples', 'deploy'], paths, { timeoutMs: 6 * MINUTE, nodeOptions: LOCALHOST }),
  conformance: (paths) => tests(['test/conformance'], paths, { timeoutMs: 5 * MINUTE }),
  e2e: e2e('one'),
  // echoes, so that nobody overlooks that there was no browser
  browser: (paths) =>
    tests(['test/browser'], paths, { timeoutMs: 2 * MINUTE, concurrency: 1, nodeOptions: LOCALHOST, echo: true }),
  processes: e2e('processes'),
  split: e2e('split'),
  chaos: (paths) =>
    tests(['test/chaos'], paths, { timeoutMs: 20 * MINUTE, concurrency: 1, nodeOptions: LOCALHOST, echo: true }),
  fuzz: (paths) => tests(['test/fuzz'], paths, { timeoutMs: 30 * MINUTE, concurrency: 1, echo: true }),
};
const WHEN_ASKED = ['processes', 'split', 'chaos', 'fuzz'];
const ALL = Object.keys(STAGES).filter((name) => !WHEN_ASKED.includes(name));

const write = (text: string): void => {
  process.stdout.write(text);
};

function tool(path: string, args: readonly string[]): Totals {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [join(ROOT, path), ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  if (status === 0) return { passed: 1, failed: 0 };
  write(indent(`${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`, 2));
  return { passed: 0, failed: 1 };
}

function tests(
  folders: readonly string[],
  paths: readonly string[],
  options: Pick<TestRunOptions, 'timeoutMs' | 'concurrency' | 'nodeOptions' | 'echo'>,
): Promise<Totals> {
  const within = (file: string) =>
    paths.length === 0 || paths.some((path) => relative(join(ROOT, path), file).split('/')[0] !== '..');
  const files = findTestFiles(ROOT, folders).filter(within);
  if (paths.length > 0 && files.length === 0) {
    write(`  ✖ no test files in ${paths.join(', ')}: expected *.test.ts below ${folders.join(', ')}\n`);
    return Promise.resolve({ passed: 0, failed: 1 });
  }
  return runTestFiles({ root: ROOT, files, write, ...options });
}

const names = process.argv.slice(2).filter((argument) => Object.hasOwn(STAGES, argument));
const paths = process.argv.slice(2).filter((argument) => !Object.hasOwn(STAGES, argument));
if (names.length === 0 && paths.length > 0) {
  write(`unknown stage ${paths[0]}: stages are ${Object.keys(STAGES).join(', ')}; paths come after one\n`);
  process.exit(2);
}

const totals: Totals = { passed: 0, failed: 0 };
for (const name of names.length > 0 ? names : ALL) {
  write(`▶ ${name}\n`);
  const started = performance.now();
  const result = await STAGES[name]!(paths);
  totals.passed += result.passed;
  totals.failed += result.failed;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  write(
    `${result.failed === 0 ? '✔' : '✖'} ${name}: ${result.passed} passed, ${result.failed} failed, ${seconds} s\n\n`,
  );
}
write(`${totals.passed} passed, ${totals.failed} failed\n`);
process.exitCode = totals.failed === 0 ? 0 : 1;
