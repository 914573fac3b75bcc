/** Writes a configuration as TOML. */
import { parse } from 'smol-toml';
import { type Fields, isRequiredTable, type Key, type RecordKind } from './record.ts';
import { type SpConfig, schema } from './schema.ts';

export interface DumpOptions {
  /** Secrets that are set become comments without it. */
  showSecrets?: boolean;
  /** What each key does stands above it. */
  effects?: boolean;
}

type Values = Readonly<Record<string, unknown>>;

/** Every key with its value. Read again, it gives the same configuration (with `showSecrets`). */
export function dumpConfig(config: SpConfig, options: DumpOptions = {}): string {
  return `${table(schema, config, '', options).join('\n')}\n`;
}

/** What a dump says, by the names of the file; integers are numbers where these hold them. */
export function parsedDump(text: string): Readonly<Record<string, unknown>> {
  return parse(text, { integersAsBigInt: 'asNeeded' });
}

/** Every key with its default, and what it does. */
export function defaultConfig(): string {
  const standard = (kind: RecordKind<Fields>): Values =>
    Object.fromEntries(
      Object.entries(kind.fields).map(([property, field]) => [
        property,
        isRequiredTable(field) ? standard(field.kind) : field.default,
      ]),
    );
  return dumpConfig(standard(schema) as SpConfig, { effects: true, showSecrets: true });
}

/** Values first, then the tables below: TOML has it so. */
function table(kind: RecordKind<Fields>, values: Values, path: string, options: DumpOptions): string[] {
  const entries = Object.entries(kind.fields);
  const own = entries.flatMap(([property, field]) => {
    return isRequiredTable(field) ? [] : lines(field, values[property], options);
  });
  const below = entries.flatMap(([property, field]) => {
    if (!isRequiredTable(field)) return [];
    const name = `${path}${field.name}`;
    const content = table(field.kind, values[property] as Values, `${name}.`, options);
    return ['', ...(options.effects ? [`# ${field.effect}`] : []), `[${name}]`, ...content];
  });
  return [...own, ...below];
}

function effectNote({ idle }: Key<unknown>): string[] {
  if (idle === undefined) return [];
  return [typeof idle === 'string' ? `No effect: ${idle}.` : idle.when];
}

function lines(field: Key<unknown>, value: unknown, { effects, showSecrets }: DumpOptions): string[] {
  const about = effects ? [`# ${[field.effect, ...effectNote(field)].join(' ')}`] : [];
  if (value === undefined) return effects ? [...about, `# ${field.name} is ${field.kind.expects}`] : [];
  if (field.secret && !showSecrets && value !== '') return [...about, `# ${field.name} is set, and not shown`];
  return [...about, `${field.name} = ${field.kind.literal(value)}`];
}
