/**
 * `npm run conformance -- SUITE [--fixtures DIR]`: one line for each mismatch, a JSON line at the end. Ends with 1 when
 * a mismatch is not among `test/conformance/SUITE.exceptions.json`, with 2 when it was not called as it should be.
 */
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runSuite, SUITES } from '../test/conformance/suites.ts';

const DEFAULT_FIXTURES = fileURLToPath(new URL('../test/fixtures', import.meta.url));
const MAX_LINE = 300;

function refuse(problem: string): never {
  process.stderr.write(`${problem}\nusage: npm run conformance -- SUITE [--fixtures DIR]\n`);
  process.stderr.write(`suites: ${Object.keys(SUITES).join(', ')}\n`);
  process.exit(2);
}

function parse(): { suite: string; fixtures: string } {
  try {
    const options = { fixtures: { type: 'string', default: DEFAULT_FIXTURES } } as const;
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const [suite, ...rest] = positionals;
    if (suite === undefined) refuse('which suite?');
    if (rest.length > 0) refuse(`one suite at a time; what is ${rest[0]}?`);
    if (!Object.hasOwn(SUITES, suite)) refuse(`unknown suite ${suite}`);
    return { suite, fixtures: values.fixtures };
  } catch (error) {
    return refuse((error as Error).message);
  }
}

const { suite, fixtures } = parse();
if (!statSync(fixtures, { throwIfNoEntry: false })?.isDirectory()) refuse(`--fixtures ${fixtures}: no such directory`);
const { matched, total, parts, excepted, faults } = await runSuite(suite, fixtures);
const short = (text: string): string => (text.length > MAX_LINE ? `${text.slice(0, MAX_LINE)}…` : text);
for (const { mismatch, reason } of excepted) process.stdout.write(`known: ${short(mismatch)}\n       ${reason}\n`);
for (const fault of faults) process.stdout.write(`mismatch: ${short(fault)}\n`);
for (const [part, count] of Object.entries(parts)) {
  const known = excepted.filter((exception) => exception.part === part).length;
  process.stdout.write(`${part}: ${count}${known > 0 ? `, ${known} known` : ''}\n`);
}
process.stdout.write(`${JSON.stringify({ suite, matched, total, exceptions: excepted.length })}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
