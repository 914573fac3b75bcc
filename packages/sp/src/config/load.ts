/** Reads a configuration: file, environment, options of the command line. */
import { readFileSync, statSync } from 'node:fs';
import { parse, TomlError } from 'smol-toml';
import { chosenModules, moduleNames } from './modules.ts';
import { nearest } from './nearest.ts';
import { type Fields, isRequiredTable } from './record.ts';
import { ConfigError, type Override, Report } from './report.ts';
import { type SpConfig, schema } from './schema.ts';

/** A value from the command line. Stands above file and environment, and is taken as it is, also when it is empty. */
export interface GivenValue {
  /** `Chain.ChainID`, in any case. */
  readonly path: string;
  /** Numbers, flags and lists (with commas) as text. */
  readonly text: string;
  /** Who gave it, for errors: `--grpc-address`. */
  readonly source: string;
}

export interface ConfigSource {
  /** The TOML file. Without it and `text`, all is default. */
  path?: string;
  /** In place of a file. */
  text?: string;
  env: Readonly<Record<string, string | undefined>>;
  values?: readonly GivenValue[];
}

export interface LoadedConfig {
  config: SpConfig;
  /** Sentences about what was read and does nothing: unknown keys, keys without effect here. */
  warnings: string[];
}

/** A configuration is a few kilobytes; more is another file. */
const MAX_BYTES = 1 << 20;

/**
 * Values from the command line stand above the environment, that above the file, and that above the defaults.
 * @throws ConfigError with every problem that was found; none of them shows a secret
 */
export function loadConfig({ path, text, env, values = [] }: ConfigSource): LoadedConfig {
  const place = path ?? 'the configuration';
  const parsed = parseToml(text ?? (path === undefined ? '' : readFile(path)), place);
  const report = new Report(overrides(env, values));
  const config = schema.read(parsed, { path: '', secret: false, text: false, report });
  for (const { path: unknown, source } of values) {
    if (report.overrides.has(unknown.toLowerCase())) report.problem(unknownPath(unknown, source));
  }
  if (config?.prairie) report.settle(config);
  const server = chosenModules(config?.server ?? [], (config?.prairie?.plugins ?? []).length > 0, report);
  if (config === undefined || report.problems.length > 0) {
    // what is not known may be what is missing
    const unknown = report.warnings.filter((warning) => warning.startsWith('unknown key'));
    throw new ConfigError([...report.problems, ...unknown], place);
  }
  const appId = config.appId || `gfsp-${(server.length > 0 ? server : moduleNames).join('-')}`;
  return { config: { ...config, server, appId }, warnings: report.warnings };
}

function readFile(path: string): string {
  try {
    const { size } = statSync(path);
    if (size > MAX_BYTES) throw new ConfigError([`it has ${size} bytes, expected at most ${MAX_BYTES}`], path);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError([`the file cannot be read: ${(error as Error).message}`], path);
  }
}

function parseToml(text: string, place: string): unknown {
  if (text.length > MAX_BYTES) throw new ConfigError([`it has more than ${MAX_BYTES} characters`], place);
  try {
    return parse(text, { integersAsBigInt: true, maxDepth: 32 });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    // what follows the first line quotes the file, which may show a secret
    const reason = error.message.split('\n')[0]!.replace('Invalid TOML document: ', '');
    throw new ConfigError([`line ${error.line}, column ${error.column}: no valid TOML: ${reason}`], place);
  }
}

function overrides(env: ConfigSource['env'], values: readonly GivenValue[]): Map<string, Override> {
  const found = new Map<string, Override>();
  for (const { path, variable } of variables) {
    const text = env[variable];
    if (text !== undefined) found.set(path.toLowerCase(), { text, source: variable, final: false });
  }
  for (const { path, text, source } of values) found.set(path.toLowerCase(), { text, source, final: true });
  return found;
}

/** Paths of all keys that hold values, as the file has them. */
export const paths: readonly string[] = [...walk(schema.fields)].map(({ path }) => path);

/** Keys that a variable of the environment can set (`reference/cli-and-config.md` §4). */
const variables = [...walk(schema.fields)].flatMap(({ path, env }) => (env ? [{ path, variable: env }] : []));

function* walk(fields: Fields, above = ''): Generator<{ path: string; env: string | undefined }> {
  for (const field of Object.values(fields)) {
    const path = `${above}${field.name}`;
    if (isRequiredTable(field)) yield* walk(field.kind.fields, `${path}.`);
    else yield { path, env: field.env };
  }
}

function unknownPath(path: string, source: string): string {
  const near = nearest(path, paths);
  return `${source}: unknown key ${JSON.stringify(path.slice(0, 80))}${near ? `, did you mean ${near}?` : ''}`;
}
