/**
 * Reads what goes before a piece (`reference/sp-to-sp.md` §2.2). All pieces of an object come with the same description
 * of it and of the parameters of the network: it is read once, found again by its text, and gives the same values, so
 * that what is made of them (their text under a signature) is made once too.
 */
import { BoundedCache } from '../bounded-cache.ts';
import type { AnyMessage, MessageType } from '../proto/define.ts';

/** Descriptions that are kept, of 3 KB each. */
const KEPT = 256;

const DESCRIPTION = ['object_info', 'storage_params'] as const;
const BEGINS = '"object_info":{';
const PARAMS_BEGIN = ',"storage_params":{"versioned_params":{';
/** Before it: at most the task, of which nothing is nested. */
const BEFORE = /^\{(?:"task":\{[^{}]*\},)?$/;
/** After it: plain values. */
const AFTER = /^(?:,"\w+":(?:"[^"\\{}]*"|-?\d+|true|false))+\}$/;

type Read = (type: MessageType, text: string) => AnyMessage;

const kept = new Map<string, BoundedCache<string, AnyMessage>>();

/**
 * The message, read by `read` in parts; undefined when its text is not laid out as providers write it: then it has to be
 * read as a whole, which also tells what is wrong with it.
 */
export function readInParts(type: MessageType, text: string, read: Read): AnyMessage | undefined {
  const from = text.indexOf(BEGINS);
  const params = text.indexOf(PARAMS_BEGIN, from);
  if (from < 0 || params < 0) return undefined;
  const to = text.indexOf('}', text.indexOf('}', params) + 1) + 1;
  const [before, after] = [text.slice(0, from), text.slice(to)];
  if (to === 0 || !BEFORE.test(before) || !AFTER.test(after)) return undefined;
  try {
    const description = descriptionOf(type, text.slice(from, to), read);
    if (!description) return undefined;
    const message = read(type, before + after.slice(1));
    for (const name of DESCRIPTION) message[name] = description[name];
    return message;
  } catch {
    return undefined;
  }
}

function descriptionOf(type: MessageType, part: string, read: Read): AnyMessage | undefined {
  const known = kept.get(type.name) ?? new BoundedCache<string, AnyMessage>(KEPT);
  kept.set(type.name, known);
  const found = known.get(part);
  if (found) return found;
  const text = `{${part}}`;
  const names = Object.keys(JSON.parse(text) as object);
  if (names.length !== DESCRIPTION.length || DESCRIPTION.some((name, i) => names[i] !== name)) return undefined;
  const description = read(type, text);
  // many messages share them from now on
  for (const name of DESCRIPTION) Object.freeze(description[name]);
  return known.set(part, description);
}
