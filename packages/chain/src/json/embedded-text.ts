/**
 * Text of messages inside others. The message of every piece of an object describes the whole object and the parameters
 * of the network, nine tenths of its bytes: their text is made once. Messages are values, which nobody changes after
 * they were made; what a text was made of, it stands for as long as that is somewhere in use.
 */
import { type AnyMessage, type Field, type MessageType, messageType } from '../proto/define.ts';
import { type Json, writeJson } from './text.ts';
import { type Dialect, fieldJson, wellKnownJson } from './write.ts';

export interface TextForm {
  readonly dialect: Dialect;
  /** Keys by their bytes, as signatures have it; in the order of the fields otherwise. */
  readonly sort: boolean;
  readonly texts: WeakMap<object, string>;
}

export const textForm = (dialect: Dialect, sort: boolean): TextForm => ({ dialect, sort, texts: new WeakMap() });

/** The message as JSON text, with the given fields of it only. Well-known types are not taken. */
export function messageText(type: MessageType, fields: readonly Field[], value: AnyMessage, form: TextForm): string {
  const parts: string[] = [];
  for (const field of fields) {
    const text = fieldText(type, field, value[field.name], form);
    if (text !== undefined) parts.push(`"${field.name}":${text}`);
  }
  return `{${parts.join(',')}}`;
}

function fieldText(type: MessageType, field: Field, value: unknown, form: TextForm): string | undefined {
  if (field.messageName && !field.repeated && value) return embeddedText(messageType(field.messageName), value, form);
  const json = fieldJson(type, field, value, form.dialect);
  return json === undefined ? undefined : writeJson(json, form);
}

function embeddedText(type: MessageType, value: object, { dialect, sort, texts }: TextForm): string {
  let text = texts.get(value);
  if (text === undefined) {
    const json: Json = wellKnownJson(type, value as AnyMessage, dialect);
    text = writeJson(json, { sort });
    texts.set(value, text);
  }
  return text;
}
