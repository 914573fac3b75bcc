/**
 * The JSON dialects of the network (`reference/sp-to-sp.md` §1), all made from the field tables:
 *
 * - D1, header JSON: `toHeaderJson`, `fromHeaderJson`
 * - D2, amino JSON under task signatures: `toAminoJson`, `fromAminoJson`
 * - D3, proto JSON of chain messages and documents: `toProtoJson`, `fromProtoJson`
 */
import { messageText, textForm } from './json/embedded-text.ts';
import { readMessage } from './json/read.ts';
import { readInParts } from './json/task-header.ts';
import { parseJson } from './json/text.ts';
import { AMINO, HEADER, type JsonObject, PROTO, wellKnownJson } from './json/write.ts';
import type { AnyMessage, Init, MessageType } from './proto/define.ts';

export { JsonValueError } from './json/read.ts';
export { decimalText, parseDecimal, parseTimestamp, timestampText } from './json/scalars.ts';
export { goString, type Json, parseJson, sortedJson, writeJson } from './json/text.ts';
export type { JsonObject } from './json/write.ts';

/**
 * Proto JSON with defaults. Absent bytes (undefined) are `null` and empty ones `""`: signed documents tell them apart.
 * A decoded message has no absent bytes; `emptyBytes: 'null'` prints its empty ones as Go prints what it decoded.
 */
export function toProtoJson<T>(
  type: MessageType<T>,
  value: Init<T>,
  options: { emptyBytes?: 'null' | 'text' } = {},
): JsonObject {
  const dialect = { ...PROTO, emptyBytes: options.emptyBytes ?? PROTO.emptyBytes };
  return wellKnownJson(type as unknown as MessageType, value as AnyMessage, dialect) as JsonObject;
}

/**
 * A value from proto JSON: snake_case or lowerCamel names, enums by name or number, integers as text or numbers.
 * Unknown keys are an error unless `strict` is false.
 * @throws JsonValueError
 */
export function fromProtoJson<T>(type: MessageType<T>, json: unknown, options: { strict?: boolean } = {}): T {
  const reading = { names: 'exact', strict: options.strict ?? true, wideText: true } as const;
  return readMessage(type as unknown as MessageType, json as JsonObject, reading) as T;
}

const HEADER_TEXT = textForm(HEADER, false);

/** Header JSON text, not yet hex. */
export function toHeaderJson<T>(type: MessageType<T>, value: Init<T>): string {
  return messageText(type as unknown as MessageType, type.fields, value as AnyMessage, HEADER_TEXT);
}

/** @throws SyntaxError when the text is not JSON, JsonValueError when it does not fit the type. */
export function fromHeaderJson<T>(type: MessageType<T>, text: string): T {
  const message = type as unknown as MessageType;
  const hasDescription = type.fieldByName.has('object_info') && type.fieldByName.has('storage_params');
  return ((hasDescription && readInParts(message, text, readHeader)) || readHeader(message, text)) as T;
}

function readHeader(type: MessageType, text: string): AnyMessage {
  return readMessage(type, parseJson(text), { names: 'loose', strict: false, wideText: false });
}

/** Amino JSON without the wrapper of registered types, which `taskSignBytes` adds. */
export function toAminoJson<T>(type: MessageType<T>, value: Init<T>): JsonObject {
  return wellKnownJson(type as unknown as MessageType, value as AnyMessage, AMINO) as JsonObject;
}

/** @throws JsonValueError */
export function fromAminoJson<T>(type: MessageType<T>, json: unknown): T {
  const reading = { names: 'loose', strict: false, wideText: true } as const;
  return readMessage(type as unknown as MessageType, json as JsonObject, reading) as T;
}
