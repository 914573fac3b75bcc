/**
 * A strict reader of the part of YAML that the files of `deploy/` use: block mappings and lists, flow collections on one
 * line, quoted and plain scalars, literal text, anchors, aliases and merges, several documents. What it does not know it
 * refuses, so a file that it reads says the same to every other reader.
 */

export type Yaml = string | number | boolean | null | readonly Yaml[] | YamlMap;
export interface YamlMap {
  readonly [key: string]: Yaml;
}

interface Line {
  readonly number: number;
  readonly indent: number;
  readonly text: string;
}

/** @throws Error with the line for what is outside of the part, or no YAML */
export function readYaml(text: string): Yaml[] {
  const lines = text.split('\n');
  const starts = lines.flatMap((line, i) => (line === '---' ? [i] : []));
  const bounds = [-1, ...starts, lines.length];
  const documents = bounds.slice(1).map((end, i) => new Document(lines, bounds[i]! + 1, end).read());
  return documents.filter((document) => document !== undefined);
}

class Document {
  readonly #lines: Line[] = [];
  readonly #source: readonly string[];
  readonly #end: number;
  readonly #anchors = new Map<string, Yaml>();
  #at = 0;

  constructor(source: readonly string[], begin: number, end: number) {
    this.#source = source;
    this.#end = end;
    for (let i = begin; i < end; i++) {
      const raw = source[i]!;
      const text = withoutComment(raw.trimStart());
      if (text === '') continue;
      if (raw.includes('\t')) throw fault(i + 1, 'a tab: indent with spaces');
      this.#lines.push({ number: i + 1, indent: raw.length - raw.trimStart().length, text });
    }
  }

  read(): Yaml | undefined {
    const first = this.#lines[0];
    if (!first) return undefined;
    const value = this.#block(first.indent);
    const left = this.#lines[this.#at];
    if (left) throw fault(left.number, `"${left.text}" is not indented as what stands before it`);
    return value;
  }

  #block(indent: number): Yaml {
    return isItem(this.#lines[this.#at]!.text) ? this.#list(indent) : this.#map(indent);
  }

  #list(indent: number): Yaml[] {
    const items: Yaml[] = [];
    for (let line = this.#lines[this.#at]; line?.indent === indent && isItem(line.text); line = this.#lines[this.#at]) {
      const rest = line.text.slice(1).trimStart();
      if (rest === '') throw fault(line.number, 'an item begins on the line of its dash');
      const inner = indent + line.text.length - rest.length;
      if (keyOf(rest) === undefined) {
        this.#at++;
        items.push(this.#value(rest, line, indent));
      } else {
        // the item is a mapping: its first key stands behind the dash
        this.#lines[this.#at] = { ...line, indent: inner, text: rest };
        items.push(this.#map(inner));
      }
    }
    return items;
  }

  #map(indent: number): YamlMap {
    const found = new Map<string, Yaml>();
    let merged: YamlMap = {};
    for (let line = this.#lines[this.#at]; line?.indent === indent; line = this.#lines[this.#at]) {
      const [key, rest] = keyOf(line.text) ?? [];
      if (key === undefined || rest === undefined) throw fault(line.number, `"${line.text}": expected key: value`);
      this.#at++;
      const value = this.#value(rest, line, indent);
      if (key === '<<') merged = asMap(value, line.number);
      else if (found.has(key)) throw fault(line.number, `${key} is here twice`);
      else found.set(key, value);
    }
    return { ...merged, ...Object.fromEntries(found) };
  }

  /** What stands behind a key or a dash, or is indented below it. */
  #value(text: string, line: Line, indent: number): Yaml {
    const [, anchor, rest = ''] = /^&([\w-]+)\s*(.*)$/.exec(text) ?? [undefined, undefined, text];
    const value = this.#plainValue(rest, line, indent);
    if (anchor !== undefined) this.#anchors.set(anchor, value);
    return value;
  }

  #plainValue(text: string, line: Line, indent: number): Yaml {
    if (text === '|') return this.#literal(line, indent);
    if (text.startsWith('*')) {
      const value = this.#anchors.get(text.slice(1));
      if (value === undefined) throw fault(line.number, `there is no anchor ${text.slice(1)} above`);
      return value;
    }
    if (text !== '') return new Flow(text, line.number).read();
    const next = this.#lines[this.#at];
    const below = next && (next.indent > indent || (next.indent === indent && isItem(next.text) && !isItem(line.text)));
    return below ? this.#block(next.indent) : null;
  }

  /** The lines below as they are, without their indentation. */
  #literal(line: Line, indent: number): string {
    const taken: string[] = [];
    for (let i = line.number; i < this.#end; i++) {
      const raw = this.#source[i]!;
      if (raw.trim() !== '' && raw.length - raw.trimStart().length <= indent) break;
      taken.push(raw);
    }
    while (this.#lines[this.#at] && this.#lines[this.#at]!.number <= line.number + taken.length) this.#at++;
    const width = Math.min(...taken.filter((raw) => raw.trim()).map((raw) => raw.length - raw.trimStart().length));
    return `${taken
      .map((raw) => raw.slice(width))
      .join('\n')
      .trimEnd()}\n`;
  }
}

/** A value on one line. */
class Flow {
  readonly #text: string;
  readonly #line: number;
  #at = 0;

  constructor(text: string, line: number) {
    this.#text = text;
    this.#line = line;
  }

  read(): Yaml {
    const value = this.#value(false);
    if (this.#at < this.#text.length) throw fault(this.#line, `"${this.#text.slice(this.#at)}" is left over`);
    return value;
  }

  #value(inside: boolean): Yaml {
    const first = this.#text[this.#at];
    if (first === '[') return this.#collection(']', () => this.#value(true));
    if (first === '{') return this.#mapping();
    const quoted = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')/.exec(this.#text.slice(this.#at))?.[0];
    if (quoted !== undefined) {
      this.#at += quoted.length;
      return quoted.startsWith('"') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1).replaceAll("''", "'");
    }
    const plain = (inside ? /^[^,[\]{}]*/ : /^.*/).exec(this.#text.slice(this.#at))![0];
    this.#at += plain.length;
    return scalar(plain.trim(), this.#line);
  }

  #mapping(): YamlMap {
    const entries = this.#collection('}', (): [string, Yaml] => {
      const [whole, quoted, plain] = /^(?:"([^"\\]*)"|([\w./$-]+)): */.exec(this.#text.slice(this.#at)) ?? [];
      if (whole === undefined) throw fault(this.#line, `"${this.#text.slice(this.#at)}": expected key: value`);
      this.#at += whole.length;
      return [(quoted ?? plain)!, this.#value(true)];
    });
    if (new Set(entries.map(([key]) => key)).size < entries.length) throw fault(this.#line, 'a key is here twice');
    return Object.fromEntries(entries);
  }

  #collection<T>(end: string, item: () => T): T[] {
    const items: T[] = [];
    this.#skip(1);
    while (this.#text[this.#at] !== end) {
      items.push(item());
      this.#skip(0);
      if (this.#text[this.#at] === ',') this.#skip(1);
      else if (this.#text[this.#at] !== end) throw fault(this.#line, `expected , or ${end} on this line`);
    }
    this.#skip(1);
    return items;
  }

  #skip(count: number): void {
    this.#at += count;
    while (this.#text[this.#at] === ' ') this.#at++;
  }
}

/** A plain scalar. What readers of YAML 1.1 and 1.2 take differently is refused. */
function scalar(text: string, line: number): Yaml {
  if (/^-?(0|[1-9]\d*)$/.test(text)) return Number(text);
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^(~|null|yes|no|on|off|y|n|true|false|[-+.]?\d[\d_.:eExXoO]*)$/i.test(text))
    throw fault(line, `${text}: readers differ, put it in quotes`);
  if (text === '' || /^[&*!|>%@`?#"'[\]{},:]|: | #|:$/.test(text))
    throw fault(line, `"${text}": put it in quotes, or it is not read here`);
  return text;
}

/** A key and what stands behind it; undefined when the text is no entry of a mapping. */
function keyOf(text: string): [key: string, rest: string] | undefined {
  const [, quoted, plain, rest = ''] = /^(?:"([^"\\]*)"|([\w./$<-][\w./$<-]*)):(?: +(.*))?$/.exec(text) ?? [];
  const key = quoted ?? plain;
  return key === undefined ? undefined : [key, rest];
}

const isItem = (text: string): boolean => text === '-' || text.startsWith('- ');

/** Cuts ` # …`, outside of quotes. */
function withoutComment(text: string): string {
  const kept = /^(?:"(?:[^"\\]|\\.)*"|'[^']*'|(?<=\S)#|[^#"']|(?<=\w)')*/.exec(text)![0];
  if (kept.length < text.length && text[kept.length] !== '#') return text.trimEnd();
  return kept.trimEnd();
}

function asMap(value: Yaml, line: number): YamlMap {
  if (!isMap(value)) throw fault(line, 'only a mapping can be merged');
  return value;
}

export function isMap(value: Yaml | undefined): value is YamlMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const fault = (line: number, what: string): Error => new Error(`line ${line}: ${what}`);
