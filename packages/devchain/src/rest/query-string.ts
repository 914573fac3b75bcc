/** Requests from names and texts: `pagination.limit=10&events=a&events=b`. */
import { type Field, fromProtoJson, JsonValueError, type MessageType, messageType } from '@prairie/chain';
import { GRPC, RestError } from './status.ts';

/** Fields within fields. */
const MAX_DEPTH = 4;

interface JsonObject {
  [key: string]: unknown;
}

/** Names that the request does not have are ignored. @throws RestError for values that do not fit */
export function requestOf(type: MessageType, pairs: Iterable<[string, string]>): Record<string, unknown> {
  const json: JsonObject = {};
  for (const [name, text] of pairs) place(json, type, name.split('.'), text, name);
  try {
    return fromProtoJson(type, json);
  } catch (error) {
    if (error instanceof JsonValueError) throw new RestError(GRPC.invalidArgument, error.message);
    throw error;
  }
}

function place(json: JsonObject, type: MessageType, [head, ...rest]: string[], text: string, name: string): void {
  const field = type.fieldByName.get(head ?? '') ?? type.fieldByName.get(snakeCase(head ?? ''));
  if (!field || rest.length > MAX_DEPTH) return;
  if (rest.length > 0) {
    if (!field.messageName || field.repeated) return;
    const inner = json[field.name] ?? {};
    if (!isObject(inner)) throw tooMany(name);
    place(inner, messageType(field.messageName), rest, text, name);
    if (Object.keys(inner).length > 0) json[field.name] = inner;
  } else if (field.repeated) {
    json[field.name] ??= [];
    (json[field.name] as unknown[]).push(jsonOf(field, text));
  } else if (field.name in json) {
    throw tooMany(name);
  } else {
    json[field.name] = jsonOf(field, text);
  }
}

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null;

const tooMany = (name: string): RestError =>
  new RestError(GRPC.invalidArgument, `too many values for field ${JSON.stringify(name)}`);

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

/** The JSON value that a text of the query string stands for. */
function jsonOf({ scalar, enumName }: Field, text: string): unknown {
  if (enumName) return /^\d+$/.test(text) ? Number(text) : text;
  switch (scalar) {
    case 'bool':
      return /^(1|t|true)$/i.test(text) || (/^(0|f|false)$/i.test(text) ? false : text);
    case 'bytes':
      return text.replaceAll('-', '+').replaceAll('_', '/');
    case 'double':
    case 'float':
      return Number(text);
    default:
      return text;
  }
}
