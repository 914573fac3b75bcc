/**
 * Typed events: the proto name as type, one attribute per field, sorted by key, each value the proto JSON of its field
 * (`reference/chain-rpc.md` §14).
 */
import { readMessage } from './json/read.ts';
import { type Json, parseJson, writeJson } from './json/text.ts';
import { fieldJson, PROTO } from './json/write.ts';
import { type AnyMessage, type Field, type Init, type MessageType, messageTypeByUrl } from './proto/define.ts';

/** As in `block_results`. */
export interface ChainEvent {
  type: string;
  attributes: EventAttribute[];
}

export interface EventAttribute {
  key: string;
  value: string;
  index?: boolean;
}

const sortedFields = new WeakMap<MessageType, readonly Field[]>();

function fieldsByName(type: MessageType): readonly Field[] {
  let fields = sortedFields.get(type);
  if (!fields) {
    fields = type.fields.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    sortedFields.set(type, fields);
  }
  return fields;
}

/** No bytes print as `null`: an event is made from values that Go holds as nil then. */
const EVENT = { ...PROTO, emptyBytes: 'null' } as const;

export function typedEventAttributes<T>(type: MessageType<T>, value: Init<T>): { key: string; value: string }[] {
  const table = type as unknown as MessageType;
  const out: { key: string; value: string }[] = [];
  for (const field of fieldsByName(table)) {
    const json = fieldJson(table, field, (value as AnyMessage)[field.name], EVENT);
    if (json !== undefined) out.push({ key: field.name, value: writeJson(json) });
  }
  return out;
}

/**
 * The value of a typed event; undefined when the type is not a known message (bare events such as `transfer`).
 * Attributes the table does not know are skipped, as a newer chain may send them.
 * @throws Error when an attribute does not hold the JSON its field needs
 */
export function parseTypedEvent(event: {
  type: string;
  attributes: readonly { key: string; value: string }[];
}): { type: string; value: AnyMessage } | undefined {
  const type = event.type.includes('.') ? messageTypeByUrl(event.type) : undefined;
  if (!type) return undefined;
  const json: { [key: string]: Json } = {};
  for (const { key, value } of event.attributes) {
    if (!type.fieldByName.has(key)) continue;
    try {
      json[key] = parseJson(value);
    } catch (cause) {
      throw new Error(`${event.type}.${key}: expected JSON, got ${JSON.stringify(value.slice(0, 80))}`, { cause });
    }
  }
  return { type: type.name, value: readMessage(type, json, { names: 'exact', strict: false, wideText: true }) };
}
