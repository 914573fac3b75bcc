/**
 * Starts a program of the project on the pinned Node, and installs what is missing first:
 *
 *   node scripts/launch.mjs [--dev] TARGET [ARGUMENT…]
 *
 * Plain JavaScript without dependencies, because it runs before anything is installed, on any Node from 20 on.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));
/** The first line of Node that runs the project's TypeScript as it is. */
const MINIMUM_MAJOR = 24;
/** A signal that comes again within this time is the same one, sent along by npm or to the whole process group. */
const SAME_SIGNAL_MS = 1000;
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** A line that tells the user what is wrong and what to do. */
export class LaunchError extends Error {}

/**
 * Packages that the lock file wants and `node_modules` lacks or has in another version. What npm itself wrote about
 * the installation is compared, and whether the folders are there.
 *
 * @param {string} project
 * @param {{ dev: boolean }} options whether development dependencies are needed too
 * @returns {string[]}
 */
export function missingPackages(project, { dev }) {
  const wanted = readJson(join(project, 'package-lock.json'))?.packages;
  if (!wanted) throw new LaunchError('package-lock.json is missing or broken: get it again from the repository');
  const installed = readJson(join(project, 'node_modules', '.package-lock.json'))?.packages ?? {};
  return Object.keys(wanted).filter((path) => {
    const { optional, devOptional, dev: isDev, version } = wanted[path];
    if (!path.includes('node_modules/') || optional || ((isDev || devOptional) && !dev)) return false;
    return installed[path]?.version !== version || !existsSync(join(project, path));
  });
}

/**
 * Runs `npm ci` when something is missing.
 *
 * @param {string} project
 * @param {{ dev: boolean }} options
 */
export function ensureInstalled(project, options) {
  const missing = missingPackages(project, options);
  const lacksNode = pinnedNodePath(project) !== undefined && !findPinnedNode(project) && !runningIsGoodEnough();
  if (missing.length === 0 && !lacksNode) return;
  const what =
    missing.length === 0 ? `Node ${MINIMUM_MAJOR}` : `${missing.length} package${missing.length > 1 ? 's' : ''}`;
  process.stderr.write(`prairie: installing ${what} with npm ci; this happens once\n`);
  const [command, ...args] = npmCommand();
  const flags = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = spawnSync(command, [...args, ...flags], {
    cwd: project,
    // npm's chatter goes to standard error: standard output belongs to the program that is started.
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32' && args.length === 0,
  });
  if (result.error)
    throw new LaunchError(`npm could not be started (${result.error.message}): install npm, then try again`);
  if (result.status !== 0) {
    throw new LaunchError(
      'npm ci failed, see above. Is the npm registry reachable? Try again, or run "npm ci" by hand',
    );
  }
}

/** @returns {[string, ...string[]]} the npm that runs us, else the one in the path */
function npmCommand() {
  const running = process.env.npm_execpath;
  return running && /npm-cli\.c?js$/.test(running) && existsSync(running) ? [process.execPath, running] : ['npm'];
}

/**
 * Where the installation puts the Node for a platform; undefined when there is no package for it.
 *
 * @param {string} project
 * @returns {string | undefined}
 */
function pinnedNodePath(project, platform = process.platform, arch = process.arch) {
  const names = Object.keys(readJson(join(project, 'package.json'))?.optionalDependencies ?? {});
  const ending = `-${platform === 'win32' ? 'win' : platform}-${arch}`;
  const name = names.find((candidate) => candidate.startsWith('node-') && candidate.endsWith(ending));
  return name && join(project, 'node_modules', name, 'bin', platform === 'win32' ? 'node.exe' : 'node');
}

/**
 * The Node that came with the installation: the optional dependency for this platform.
 *
 * @param {string} project
 * @returns {string | undefined}
 */
export function findPinnedNode(project, platform = process.platform, arch = process.arch) {
  const path = pinnedNodePath(project, platform, arch);
  return path && existsSync(path) ? path : undefined;
}

function runningIsGoodEnough(version = process.versions.node) {
  return Number.parseInt(version, 10) >= MINIMUM_MAJOR;
}

/**
 * Which Node to run: the pinned one; where it does not start (it does not on musl systems), the running one.
 *
 * @param {string} project
 * @returns {string[]} at least one, the first that starts counts
 */
export function chooseNodes(project) {
  const nodes = [findPinnedNode(project), runningIsGoodEnough() ? process.execPath : undefined].filter(Boolean);
  if (nodes.length > 0) return nodes;
  throw new LaunchError(
    `Prairie needs Node ${MINIMUM_MAJOR} or newer. This is ${process.version}, and no packaged Node was installed for ` +
      `${process.platform}-${process.arch}: install Node ${MINIMUM_MAJOR} from nodejs.org or your system's packages`,
  );
}

/**
 * Starts a program and ends as it ends.
 *
 * @param {string} target file, seen from the project; or an option of Node, such as --test
 * @param {string[]} args
 * @param {{ dev?: boolean, project?: string }} [options]
 */
export function launch(target, args, { dev = false, project = PROJECT } = {}) {
  try {
    ensureInstalled(project, { dev });
    start(chooseNodes(project), [target.startsWith('-') ? target : resolve(project, target), ...args]);
  } catch (error) {
    if (!(error instanceof LaunchError)) throw error;
    process.stderr.write(`prairie: ${error.message}\n`);
    process.exitCode = 1;
  }
}

/**
 * @param {string[]} nodes
 * @param {string[]} args
 */
function start([node, ...others], args) {
  const path = `${dirname(node)}${delimiter}${process.env.PATH ?? ''}`;
  // Worker threads would give each allocator arena of glibc memory of its own to keep: hundreds of MB after a load.
  const env = { MALLOC_ARENA_MAX: '2', ...process.env, PATH: path };
  const child = spawn(node, args, { stdio: 'inherit', env });
  child.on('spawn', () => forwardSignals(child));
  child.on('error', (error) => {
    if (others.length > 0) return start(others, args);
    process.stderr.write(
      `prairie: ${node} does not start (${error.message}): install Node ${MINIMUM_MAJOR} or newer\n`,
    );
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    for (const name of FORWARDED) process.removeAllListeners(name);
    if (signal) process.kill(process.pid, signal);
    else process.exitCode = code ?? 1;
  });
}

/**
 * The child is in our process group, so the terminal's Ctrl-C reaches it by itself; what is sent to us alone is passed
 * on, once.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
function forwardSignals(child) {
  const last = new Map();
  for (const name of FORWARDED) {
    process.on(name, () => {
      const now = Date.now();
      const repeated = now - (last.get(name) ?? 0) < SAME_SIGNAL_MS;
      last.set(name, now);
      const fromTerminal = name === 'SIGINT' && (process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY);
      if (!repeated && !fromTerminal) child.kill(name);
    });
  }
}

/** @param {string} path */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

if (
  process.argv[1] &&
  existsSync(process.argv[1]) &&
  realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)
) {
  const args = process.argv.slice(2);
  const dev = args[0] === '--dev';
  const [target, ...rest] = dev ? args.slice(1) : args;
  if (target === undefined) {
    process.stderr.write('usage: node scripts/launch.mjs [--dev] TARGET [ARGUMENT…]\n');
    process.exitCode = 2;
  } else {
    launch(target, rest, { dev });
  }
}
