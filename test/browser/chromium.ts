/** A real browser: the Chromium of the system, steered by `playwright-core`, which brings none of its own. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** `CHROMIUM_PATH`, else the first of the usual names on the path. */
function find(): string | undefined {
  const { CHROMIUM_PATH, PATH = '' } = process.env;
  if (CHROMIUM_PATH) return CHROMIUM_PATH;
  const folders = PATH.split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
}

const program = find();

/** Why tests of browsers cannot run here; false when they can. It is written where everybody sees it. */
export const noBrowser: string | false = program
  ? false
  : 'SKIPPED: no Chromium was found. Install it with `apt-get install chromium`, or set CHROMIUM_PATH';
if (noBrowser) process.stderr.write(`\n*** ${noBrowser} ***\n\n`);

export function launchBrowser(): Promise<Browser> {
  // in containers, root has no sandbox, and /dev/shm is small
  return chromium.launch({ executablePath: program!, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** What went wrong in a page, as its console has it; a test ends with looking that there is nothing. */
export function errorsOf(page: Page): string[] {
  const errors: string[] = [];
  page.on('console', (message) => {
    const { url } = message.location();
    // the browser looks for an icon by itself, also beside a plain text
    if (message.type() === 'error' && !url.endsWith('/favicon.ico')) errors.push(`${message.text()} (${url})`);
  });
  page.on('pageerror', (error) => errors.push(error.message));
  return errors;
}
