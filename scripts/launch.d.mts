export function missingPackages(project: string, options: { dev: boolean }): string[];
export function findPinnedNode(
  project: string,
  platform?: NodeJS.Platform,
  arch?: NodeJS.Architecture,
): string | undefined;
export function launch(target: string, args: string[], options?: { dev?: boolean; project?: string }): void;
