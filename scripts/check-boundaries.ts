/**
 * Which room may import what. Rooms are the packages of `docs/ARCHITECTURE.md`; imports point downwards only.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { findImports } from './find-imports.ts';

const SCOPE = '@prairie/';

/** What each room may import, itself aside. */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  chain: [],
  redundancy: [],
  gfsp: ['chain'],
  rpc: ['chain', 'gfsp'],
  store: ['chain', 'gfsp', 'redundancy'],
  client: ['chain', 'gfsp'],
  observe: ['gfsp'],
  devchain: ['chain'],
  sp: ['chain', 'gfsp', 'redundancy', 'store', 'client', 'rpc', 'observe'],
  devnet: ['chain', 'gfsp', 'redundancy', 'store', 'client', 'devchain', 'rpc', 'observe', 'sp'],
  cli: ['chain', 'gfsp', 'redundancy', 'store', 'client', 'devchain', 'rpc', 'observe', 'sp', 'devnet'],
};

/** Folders of `packages/sp/src` that are modules: they call one another through `app.client` only. */
const MODULES = [
  'approver',
  'authenticator',
  'blocksyncer',
  'downloader',
  'executor',
  'gater',
  'manager',
  'metadata',
  'p2p',
  'receiver',
  'signer',
  'uploader',
];

/** Packages under the GPL, or that bring such: for tests and scripts, never at run time. */
const TESTS_ONLY = ['@bnb-chain/greenfield-js-sdk', '@bnb-chain/reed-solomon', '@bnb-chain/greenfield-cosmos-types'];

interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  exports?: Record<string, unknown>;
}

/** A source file and what it belongs to. */
interface Source {
  path: string;
  /** Package, undefined for the project's own scripts and tests. */
  room: string | undefined;
  /** Not part of the program: tests, what only they load, scripts. May use development dependencies. */
  aside: boolean;
}

/** One sentence per offence, sorted; none when all is well. */
export async function checkBoundaries(root: string): Promise<string[]> {
  const manifests = new Map(listDirectory(join(root, 'packages')).map((room) => [room, readManifest(root, room)]));
  const project = readManifest(root);
  const faults: string[] = [];
  for (const room of manifests.keys()) {
    if (!ROOMS[room]) faults.push(`packages/${room} is no known room: give it a place in scripts/check-boundaries.ts`);
  }
  const used = new Map<string, Set<string>>();
  for (const source of listSources(root, [...manifests.keys()])) {
    for (const specifier of findImports(readFileSync(source.path, 'utf8'))) {
      const fault = judge(root, source, specifier, manifests, project);
      if (fault) faults.push(`${relative(root, source.path)} imports ${specifier}: ${fault}`);
      if (source.room && !source.aside)
        used.set(source.room, (used.get(source.room) ?? new Set()).add(packageOf(specifier)));
    }
  }
  for (const [room, manifest] of manifests) {
    for (const name of Object.keys(manifest.dependencies ?? {})) {
      if (!used.get(room)?.has(name))
        faults.push(`packages/${room}/package.json declares ${name}, which nothing there imports`);
    }
  }
  return [...faults, ...checkLicences(root)].sort();
}

function judge(
  root: string,
  source: Source,
  specifier: string,
  manifests: ReadonlyMap<string, Manifest>,
  project: Manifest,
): string | undefined {
  if (specifier.startsWith('node:') || specifier.startsWith('data:')) return undefined;
  if (builtinModules.includes(specifier)) return `write node:${specifier}`;
  if (specifier.startsWith('.')) return judgeRelative(root, source, specifier);
  if (specifier.startsWith(SCOPE)) {
    const fault = judgeRoom(source, specifier, manifests);
    if (fault) return fault;
  }
  const name = packageOf(specifier);
  if (!source.aside && TESTS_ONLY.includes(name)) return 'a GPL package (or one that brings such) is for tests only';
  const declared = source.room ? manifests.get(source.room)?.dependencies : undefined;
  if (declared && name in declared) return undefined;
  if (source.room && !source.aside) return `declare ${name} in packages/${source.room}/package.json`;
  const known = { ...project.dependencies, ...project.devDependencies };
  return name in known || name.startsWith(SCOPE)
    ? undefined
    : `declare ${name} in the development dependencies of package.json`;
}

function judgeRelative(root: string, source: Source, specifier: string): string | undefined {
  const target = resolve(dirname(source.path), specifier);
  const [folder, room] = relative(root, target).split(sep);
  if (folder === 'packages' && room !== source.room) return `reach other rooms by their name, ${SCOPE}${room}`;
  if (folder !== 'packages' && source.room && !source.aside) return 'a package does not reach out of itself';
  const from = moduleOf(root, source.path);
  const to = moduleOf(root, target);
  // a test of one puts real others beside it
  if (!source.aside && to && from && from !== to) return 'modules never import each other: call through app.client';
  if (!source.aside && !target.endsWith('.json') && isAside(relative(root, target)))
    return 'this is for tests only, the program does not load it';
  return undefined;
}

function judgeRoom(source: Source, specifier: string, manifests: ReadonlyMap<string, Manifest>): string | undefined {
  const [room = '', ...rest] = specifier.slice(SCOPE.length).split('/');
  const manifest = manifests.get(room);
  if (!manifest) return `there is no package ${SCOPE}${room}`;
  const entry = rest.length === 0 ? '.' : `./${rest.join('/')}`;
  if (!Object.hasOwn(manifest.exports ?? { '.': '' }, entry)) return `${SCOPE}${room} does not export ${entry}`;
  if (source.room === room) return 'within a package, import the file itself';
  if (source.room && !ROOMS[source.room]?.includes(room))
    return `${source.room} may import ${listRooms(source.room)} only`;
  return undefined;
}

const listRooms = (room: string): string => ROOMS[room]?.join(', ') || 'no other room';

/** The provider's module that a file belongs to. */
function moduleOf(root: string, path: string): string | undefined {
  const [folder] = relative(join(root, 'packages', 'sp', 'src'), path).split(sep);
  return MODULES.find((name) => name === folder);
}

/** `@scope/name/deep/file` → `@scope/name`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The lock file knows the licence of everything that is installed, also of what comes along. */
function checkLicences(root: string): string[] {
  const path = join(root, 'package-lock.json');
  if (!existsSync(path)) return [];
  const lock = JSON.parse(readFileSync(path, 'utf8')) as {
    packages: Record<string, { license?: string; dev?: boolean; link?: boolean }>;
  };
  return Object.entries(lock.packages)
    .filter(([name, entry]) => name !== '' && !entry.dev && !entry.link && /GPL/i.test(entry.license ?? ''))
    .map(([name, entry]) => `package-lock.json: ${name} is ${entry.license} and not a development dependency`);
}

function listSources(root: string, rooms: readonly string[]): Source[] {
  const ofRooms = rooms.flatMap((room) => {
    const base = join(root, 'packages', room);
    return listFiles(base).map((path) => ({ path, room, aside: isAside(relative(root, path)) }));
  });
  const ofProject = ['scripts', 'test', 'bench', 'deploy'].flatMap((folder) =>
    listFiles(join(root, folder)).map((path) => ({ path, room: undefined, aside: true })),
  );
  return [...ofRooms, ...ofProject];
}

/** Tests, their `testing.ts` and `test-support.ts` files and `testing` folders, and what lies beside a package's `src`. */
function isAside(path: string): boolean {
  const parts = path.split(sep);
  return /(\.test|\btest-support|\btesting)\.ts$/.test(path) || parts.includes('testing') || parts[2] !== 'src';
}

function listFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'fixtures'].includes(entry.name) ? [] : listFiles(path);
    return /\.(ts|mts|mjs|js)$/.test(entry.name) ? [path] : [];
  });
}

function listDirectory(folder: string): string[] {
  return readdirSync(folder).filter((name) => statSync(join(folder, name)).isDirectory());
}

function readManifest(root: string, room?: string): Manifest {
  const folder = room ? join(root, 'packages', room) : root;
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}
