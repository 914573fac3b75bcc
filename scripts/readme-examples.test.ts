/** Each package's README has an example that runs as it stands; here it does. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../packages', import.meta.url));
const EXAMPLE = /^```ts\n(.*?)^```$/gms;

describe('README examples', () => {
  for (const name of readdirSync(packages)) {
    const readme = join(packages, name, 'README.md');
    it(`packages/${name}/README.md`, () => {
      assert.ok(existsSync(readme), 'there is no README.md');
      const examples = [...readFileSync(readme, 'utf8').matchAll(EXAMPLE)].map((match) => match[1]!);
      assert.ok(examples.length > 0, 'it has no ```ts block');
      for (const example of examples) run(example, join(packages, name));
    });
  }
});

/** Runs from the package's folder, so that imports resolve as they do for its code. */
function run(example: string, cwd: string): void {
  const args = ['--input-type=module-typescript', '--eval', example];
  const { status, stderr, stdout } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8', timeout: 60_000 });
  assert.equal(status, 0, `${stderr}\n${stdout}`);
}
