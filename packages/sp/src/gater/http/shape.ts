/**
 * How answers are written. One table of elements gives an answer's XML, as the network's providers write it
 * (`reference/gateway-http.md` §3.3), its JSON, and its schema in /openapi.json.
 *
 * JSON has the names of the elements: a list is an array even when it has one entry or none, what is absent is left out,
 * integers of 64 bits and more are decimal text as in the chain's own JSON, enums are numbers and bytes base64 as in XML.
 */
import { TextBuffer } from './text-buffer.ts';
import { escapeXml } from './xml.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** What stands inside an element. */
export interface Shape<T> {
  xml(value: T): string;
  /** What `JSON.stringify` is given. */
  json(value: T): unknown;
  readonly schema: JsonSchema;
}

type Write = (text: string) => void;

/** An element of a message, or as many as a list has. */
export interface Element<M> {
  /** What writes it under a name, each entry of a list by itself. */
  xml(name: string): (message: M, write: Write) => void;
  /** undefined where it is absent. */
  json(message: M): unknown;
  readonly schema: JsonSchema;
  readonly isOptional: boolean;
}

/** In the order that they have in XML. */
export type Elements<M> = Readonly<Record<string, Element<M>>>;

const scalar = <T>(xml: (value: T) => string, json: (value: T) => unknown, schema: JsonSchema): Shape<T> => ({
  ...{ xml, json, schema },
});
const same = <T>(value: T) => value;

export const TEXT = scalar<string>(escapeXml, same, { type: 'string' });
/** Up to 32 bits; enums too. */
export const NUMBER = scalar<number>(String, same, { type: 'integer' });
/** What the network's type has more bits for. */
export const BIG = scalar<bigint | number>(String, String, { type: 'string', pattern: '^-?\\d+$' });
export const FLAG = scalar<boolean>(String, same, { type: 'boolean' });
export const BASE64 = scalar<Uint8Array>(base64, base64, { type: 'string', contentEncoding: 'base64' });

function base64(bytes: Uint8Array): string {
  const buffer = bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString('base64');
}

export function one<M, T>(shape: Shape<T>, get: (message: M) => T): Element<M> {
  return {
    xml: (name) => {
      const [begin, end] = tags(name);
      return (message, write) => write(begin + shape.xml(get(message)) + end);
    },
    json: (message) => shape.json(get(message)),
    schema: shape.schema,
    isOptional: false,
  };
}

/** An element that is absent where `get` gives undefined. */
export function optional<M, T>(shape: Shape<T>, get: (message: M) => T | undefined): Element<M> {
  return {
    xml: (name) => {
      const [begin, end] = tags(name);
      return (message, write) => {
        const value = get(message);
        if (value !== undefined) write(begin + shape.xml(value) + end);
      };
    },
    json: (message) => {
      const value = get(message);
      return value === undefined ? undefined : shape.json(value);
    },
    schema: shape.schema,
    isOptional: true,
  };
}

/** The element repeated, without one around them. */
export function many<M, T>(shape: Shape<T>, get: (message: M) => readonly T[]): Element<M> {
  return {
    xml: (name) => {
      const [begin, end] = tags(name);
      return (message, write) => {
        for (const value of get(message)) write(begin + shape.xml(value) + end);
      };
    },
    json: (message) => get(message).map((value) => shape.json(value)),
    schema: { type: 'array', items: shape.schema },
    isOptional: false,
  };
}

const tags = (name: string) => [`<${name}>`, `</${name}>`] as const;

export const text = <M>(get: (message: M) => string): Element<M> => one(TEXT, get);
export const number = <M>(get: (message: M) => number): Element<M> => one(NUMBER, get);
export const big = <M>(get: (message: M) => bigint | number): Element<M> => one(BIG, get);
export const flag = <M>(get: (message: M) => boolean): Element<M> => one(FLAG, get);

/** A message that /openapi.json calls `title`. */
export function message<M>(title: string, elements: Elements<M>): Shape<M> {
  const writers = writersOf(elements);
  return {
    xml: (value) => {
      let content = '';
      const write = (text: string) => {
        content += text;
      };
      for (const writeElement of writers) writeElement(value, write);
      return content;
    },
    json: (value) => jsonObject(elements, value),
    schema: { title, ...schemaOf(elements) },
  };
}

/** A whole answer: XML has its name around it, JSON is its content alone. */
export interface Answer<M> {
  readonly name: string;
  xml(value: M): Buffer;
  json(value: M): string;
  readonly schema: JsonSchema;
}

/** `version="1.0"` marks the older kind of answers. */
export const VERSION = ' version="1.0"';

/** `attributes` go into the root's tag. */
export function answer<M>(name: string, elements: Elements<M>, attributes = ''): Answer<M> {
  const writers = writersOf(elements);
  return {
    name,
    xml: (value) => {
      const all = new TextBuffer();
      const write = (text: string) => all.append(text);
      write(`<${name}${attributes}>`);
      for (const writeElement of writers) writeElement(value, write);
      write(`</${name}>`);
      return all.bytes;
    },
    json: (value) => JSON.stringify(jsonObject(elements, value)),
    schema: schemaOf(elements),
  };
}

function writersOf<M>(elements: Elements<M>) {
  return Object.entries(elements).map(([name, element]) => element.xml(name));
}

function jsonObject<M>(elements: Elements<M>, value: M): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const [name, element] of Object.entries(elements)) object[name] = element.json(value);
  return object;
}

function schemaOf<M>(elements: Elements<M>): JsonSchema {
  const entries = Object.entries(elements);
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, { schema }]) => [name, schema])),
    required: entries.filter(([, { isOptional }]) => !isOptional).map(([name]) => name),
  };
}
