/** Ways in which a module names another. Comments do not match: they do not begin with the keyword. */
const FORMS = [
  /^[ \t]*(?:import|export)\b[^;'"`]*?\bfrom\s*(?<quote>['"])(?<name>[^'"\n]+)\k<quote>/gm,
  /^[ \t]*import\s*(?<quote>['"])(?<name>[^'"\n]+)\k<quote>/gm,
  /\bimport\s*\(\s*(?<quote>['"])(?<name>[^'"\n]+)\k<quote>\s*[,)]/g,
  /\brequire(?:\.resolve)?\s*\(\s*(?<quote>['"])(?<name>[^'"\n]+)\k<quote>\s*\)/g,
  /\bcreateRequire\([^()]*\)\(\s*(?<quote>['"])(?<name>[^'"\n]+)\k<quote>\s*\)/g,
  /\bimport\.meta\.resolve\s*\(\s*(?<quote>['"])(?<name>[^'"\n]+)\k<quote>\s*\)/g,
];

/** The modules that a source text imports, each once, types included. */
export function findImports(source: string): string[] {
  const names = FORMS.flatMap((form) => [...source.matchAll(form)].map((match) => match.groups!.name!));
  return [...new Set(names)];
}
