/**
 * A package as one script for a browser, as bundlers of applications make it: its CommonJS modules and what they
 * require, each a function; the `browser` field of packages is heeded. Modules of Node are what `shims` gives, or empty.
 */
import { readFileSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export interface BundleOptions {
  /** Name in the page's `window`. */
  readonly name: string;
  /** File whose packages are at hand. */
  readonly from: string;
  /** Source of stand-ins for modules of Node and others, each the body of a CommonJS module. */
  readonly shims?: Readonly<Record<string, string>>;
}

interface Manifest {
  readonly folder: string;
  readonly main: string;
  /** A file instead of the main one, or files and packages instead of others; false is an empty module. */
  readonly browser: string | Readonly<Record<string, string | false>>;
}

const EMPTY = 'prairie:empty';
const REQUIRE = /\brequire\(\s*["']([^"']+)["']\s*\)/g;

export function bundle(packageName: string, { name, from, shims = {} }: BundleOptions): string {
  const sources = new Map<string, string>([[EMPTY, '']]);
  const needs = new Map<string, Record<string, string>>();
  for (const [shim, source] of Object.entries(shims)) sources.set(shim, source);
  const entry = createRequire(from).resolve(packageName);
  const queue = [entry];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (sources.has(file)) continue;
    const source = readFileSync(file, 'utf8');
    sources.set(file, file.endsWith('.json') ? `module.exports = ${source}` : source);
    const found: Record<string, string> = {};
    for (const [, wanted = ''] of source.matchAll(REQUIRE)) found[wanted] = resolve(wanted, file, shims);
    needs.set(file, found);
    queue.push(...Object.values(found));
  }
  return render(name, entry, sources, needs);
}

/** Path of a file, name of a shim, or `EMPTY`: what is not there is for the code to find out. */
function resolve(wanted: string, by: string, shims: Readonly<Record<string, string>>): string {
  const builtin = wanted.replace(/^node:/, '');
  if (Object.hasOwn(shims, builtin)) return builtin;
  const { browser } = manifestOf(by);
  const replaced = typeof browser === 'object' ? browser[wanted] : undefined;
  if (replaced === false) return EMPTY;
  const target = replaced ?? wanted;
  if (builtinModules.includes(builtin)) return EMPTY;
  try {
    return forBrowsers(createRequire(by).resolve(target), !target.startsWith('.'));
  } catch {
    return EMPTY;
  }
}

function forBrowsers(file: string, isMain: boolean): string {
  const { folder, main, browser } = manifestOf(file);
  // only Node requires ES modules
  if (file.endsWith('.mjs')) return join(folder, main);
  if (typeof browser === 'string') return isMain ? join(folder, browser) : file;
  for (const [from, to] of Object.entries(browser)) {
    if (from.startsWith('.') && join(folder, from) === file) return to === false ? EMPTY : join(folder, to);
  }
  return file;
}

function manifestOf(file: string): Manifest {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const { name, main = 'index.js', browser = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      if (name) return { folder, main, browser };
    } catch {
      // not a package's folder
    }
  }
  return { folder: '/', main: '', browser: {} };
}

function render(
  name: string,
  entry: string,
  sources: ReadonlyMap<string, string>,
  needs: ReadonlyMap<string, Record<string, string>>,
): string {
  const ids = new Map([...sources.keys()].map((file, id) => [file, id]));
  const modules = [...sources].map(([file, source]) => {
    const found = Object.entries(needs.get(file) ?? {}).map(([wanted, path]) => [wanted, ids.get(path)]);
    return `[function (require, module, exports) {${source}\n}, ${JSON.stringify(Object.fromEntries(found))}]`;
  });
  return `(() => {
const global = globalThis;
const process = { env: {}, browser: true, version: '', versions: {}, nextTick: (f, ...a) => queueMicrotask(() => f(...a)) };
// CommonJS calls it as the method of a module, which the browser's own does not bear
globalThis.fetch = globalThis.fetch.bind(globalThis);
const modules = [${modules.join(',\n')}];
const loaded = [];
const load = (id) => {
  if (loaded[id]) return loaded[id].exports;
  const module = (loaded[id] = { exports: {} });
  const [run, found] = modules[id];
  run.call(module.exports, (wanted) => load(found[wanted]), module, module.exports);
  return module.exports;
};
${ids.has('buffer') ? `globalThis.Buffer = load(${ids.get('buffer')}).Buffer;` : ''}
globalThis[${JSON.stringify(name)}] = load(${ids.get(entry)});
})();
`;
}
