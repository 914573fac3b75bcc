/** What an image of `deploy/docker/Dockerfile` would hold: the files that `.dockerignore` lets through, laid out as there. */
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const project = fileURLToPath(new URL('../../', import.meta.url));

interface Locked {
  dev?: boolean;
  devOptional?: boolean;
  link?: boolean;
}

/** Whether a path of the project goes to the builder. @throws Error for a pattern that is not known here */
export function isSent(path: string): boolean {
  const lines = readFileSync(join(project, '.dockerignore'), 'utf8').split('\n');
  const patterns = lines.filter((line) => line !== '' && !line.startsWith('#'));
  let sent = true;
  for (const pattern of patterns) {
    if (pattern === '*') sent = false;
    else if (pattern.startsWith('!')) sent ||= `${path}/`.startsWith(`${pattern.slice(1)}/`);
    else if (pattern.startsWith('**/')) sent &&= !path.split('/').some((name) => matches(name, pattern.slice(3)));
    else throw new Error(`.dockerignore: ${pattern} is not known to its test`);
  }
  return sent;
}

/** Sources of the project that the Dockerfile copies. */
export function copied(dockerfile: string): string[] {
  const copies = [...dockerfile.matchAll(/^COPY ((?:--\S+ )*)(.+) \S+$/gm)];
  return copies.filter(([, flags]) => !flags!.includes('--from')).flatMap(([, , sources]) => sources!.split(' '));
}

/** Makes the tree below `root`; installed packages are links to those of the project. */
export function layOut(root: string, sources: readonly string[]): void {
  for (const source of new Set(sources))
    cpSync(join(project, source), join(root, source), {
      recursive: true,
      filter: (path) => source !== 'packages' || path === join(project, source) || isSent(relative(project, path)),
    });
  const { packages } = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  for (const [path, { dev, devOptional, link }] of Object.entries(packages)) {
    const isTop = /^(packages\/[^/]+\/)?node_modules\/(@[^/]+\/)?[^/]+$/.test(path);
    const isLeftOut = dev || devOptional || /^node_modules\/node-(linux|bin|darwin|win)-/.test(path);
    if (!isTop || isLeftOut) continue;
    const target = link ? join(root, 'packages', basename(path)) : join(project, path);
    mkdirSync(join(root, dirname(path)), { recursive: true });
    symlinkSync(target, join(root, path));
  }
}

/** Removes a tree without what its links lead to. */
export const clear = (root: string): void => rmSync(root, { recursive: true, force: true });

/** Manifests of the project's own packages. */
export const manifests = (): string[] => globSync('packages/*/package.json', { cwd: project });

const matches = (name: string, pattern: string): boolean =>
  pattern.startsWith('*') ? name.endsWith(pattern.slice(1)) : name === pattern;
