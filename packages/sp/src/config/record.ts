/** Tables of keys. One table says all there is to know of a key: reading, defaults, dump and documentation follow it. */
import type { Kind, Place } from './kinds.ts';
import { nearest } from './nearest.ts';
import { type Report, shown } from './report.ts';

/** Why a key does nothing as long as others are as they are. */
export interface Condition {
  readonly reason: string;
  /** For the documentation: when it does something. */
  readonly when: string;
  isIdle(config: { readonly prairie: { readonly database: string } }): boolean;
}

export interface Key<T> {
  /** As the file has it; any case is read. */
  readonly name: string;
  readonly kind: Kind<T>;
  readonly default: T;
  /** What it does, in a sentence. */
  readonly effect: string;
  /** Variable of the environment that stands above the file, even when it is empty. */
  readonly env?: string;
  /** Never shown. */
  readonly secret?: boolean;
  /** The key is taken and does nothing: why. */
  readonly idle?: string | Condition;
}

export type Fields = Readonly<Record<string, Key<unknown>>>;

export type ValuesOf<F extends Fields> = { readonly [P in keyof F]: F[P] extends Key<infer T> ? T : never };

export function key<T>(
  name: string,
  kind: Kind<T>,
  standard: NoInfer<T>,
  effect: string,
  more: Pick<Key<T>, 'env' | 'secret' | 'idle'> = {},
): Key<T> {
  return { name, kind, default: standard, effect, ...more };
}

/** A key that may be left out; then it has no value. */
export function optional<T>(name: string, kind: Kind<T>, effect: string, idle?: string): Key<T | undefined> {
  return { name, kind: kind as Kind<T | undefined>, default: undefined, effect, ...(idle ? { idle } : {}) };
}

/** A key that holds a table. */
export function table<F extends Fields>(name: string, kind: RecordKind<F>, effect: string): Key<ValuesOf<F>> {
  return { name, kind, default: {} as ValuesOf<F>, effect };
}

/** A table with known keys. */
export class RecordKind<F extends Fields> implements Kind<ValuesOf<F>> {
  readonly expects = 'a table';
  readonly fields: F;
  readonly #byName: ReadonlyMap<string, string>;

  constructor(fields: F) {
    this.fields = fields;
    this.#byName = new Map(Object.entries(fields).map(([property, { name }]) => [name.toLowerCase(), property]));
  }

  read(value: unknown, place: Place): ValuesOf<F> | undefined {
    if (!isTable(value)) {
      place.report.problem(`${place.path}: expected a table, got ${shown(value, place.secret)}`);
      return undefined;
    }
    const given = this.#sorted(value, place);
    const read = Object.entries(this.fields).map(([property, field]) => {
      return [property, readField(field, given.get(property), pathTo(place, field.name), place)];
    });
    return Object.fromEntries(read.filter(([, each]) => each !== undefined)) as ValuesOf<F>;
  }

  literal(values: ValuesOf<F>): string {
    const parts = Object.entries(this.fields).flatMap(([property, { name, kind }]) => {
      const value = values[property];
      return value === undefined ? [] : [`${name} = ${kind.literal(value)}`];
    });
    return `{ ${parts.join(', ')} }`;
  }

  /** What the file gives, by property. Keys that are not known, and those that come twice, are told. */
  #sorted(value: Readonly<Record<string, unknown>>, place: Place): Map<string, unknown> {
    const given = new Map<string, unknown>();
    for (const [name, each] of Object.entries(value)) {
      const property = this.#byName.get(name.toLowerCase());
      if (property === undefined) place.report.warn(this.#unknown(name, place));
      else if (given.has(property)) place.report.problem(`${pathTo(place, name)}: it is here twice, keep one`);
      else given.set(property, each);
    }
    return given;
  }

  #unknown(name: string, place: Place): string {
    const near = nearest(
      name,
      Object.values(this.fields).map((field) => field.name),
    );
    return `unknown key ${pathTo(place, name)}${near ? `: did you mean ${near}?` : ''}`;
  }
}

function pathTo(place: Place, name: string): string {
  const plain = /^[\w-]{1,64}$/.test(name) ? name : shown(name, false);
  return place.path === '' ? plain : `${place.path}.${plain}`;
}

export function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function readField(field: Key<unknown>, found: unknown, path: string, { report }: Place): unknown {
  const over = takeOverride(report, path);
  const raw = over ? over.text : found;
  const place: Place = {
    path: over && over.source !== path ? `${path} (from ${over.source})` : path,
    ...{ secret: field.secret === true, text: over !== undefined, report },
  };
  if (raw === undefined) return isRequiredTable(field) ? field.kind.read({}, place) : field.default;
  // The reference's rule: a value that is zero or empty stands for the default.
  if (!over?.final && isZero(raw, field)) return field.default;
  const value = field.kind.read(raw, place);
  if (value !== undefined && field.idle && !isDefault(field, value)) report.idle(path, field.idle);
  return value;
}

function takeOverride(report: Report, path: string) {
  const over = report.overrides.get(path.toLowerCase());
  if (over) report.overrides.delete(path.toLowerCase());
  return over;
}

/** Tables that are there also when the file lacks them: their keys have defaults of their own. */
export function isRequiredTable(field: Key<unknown>): field is Key<unknown> & { kind: RecordKind<Fields> } {
  return field.kind instanceof RecordKind && field.default !== undefined;
}

/** Flags, tables, and keys without a default have no value that stands for it. */
function isZero(raw: unknown, { default: standard }: Key<unknown>): boolean {
  if (typeof standard === 'string') return raw === '';
  if (typeof standard === 'number' || typeof standard === 'bigint') return raw === 0n || raw === 0;
  return Array.isArray(standard) && Array.isArray(raw) && raw.length === 0;
}

export function isDefault(field: Key<unknown>, value: unknown): boolean {
  if (value === undefined || field.default === undefined) return value === field.default;
  return field.kind.literal(value) === field.kind.literal(field.default);
}

/** A table whose keys are names of the operator's choice. */
export function named<T>(kind: Kind<T>): Kind<Readonly<Record<string, T>>> {
  return {
    expects: 'a table of tables',
    read(value, place) {
      if (!isTable(value)) {
        place.report.problem(`${place.path}: expected a table of tables, got ${shown(value, place.secret)}`);
        return undefined;
      }
      const values = new Map<string, T>();
      for (const [name, each] of Object.entries(value)) {
        const read = kind.read(each, { ...place, path: pathTo(place, name) });
        if (read !== undefined) values.set(name.toLowerCase(), read);
      }
      return Object.fromEntries(values);
    },
    literal(values) {
      const parts = Object.entries(values).map(([name, value]) => `${bareOrQuoted(name)} = ${kind.literal(value)}`);
      return `{ ${parts.join(', ')} }`;
    },
  };
}

const bareOrQuoted = (name: string): string => (/^[\w-]+$/.test(name) ? name : JSON.stringify(name));
