/** Damage to the fields of a message: it still decodes, and means something else, or nothing. */
import { type AnyMessage, type Field, type MessageType, messageType, packAny, unpackAny } from '@prairie/chain';
import type { Rng } from '../random/rng.ts';
import { hostileValue } from './values.ts';

const ANY = 'google.protobuf.Any';
const MANY = 300;
/** Deeper than any message may be nested. */
const DEEP = 40;

export interface FieldContext {
  rng: Rng;
  /** Texts that mean something on the chain: addresses, names. */
  known: readonly string[];
}

/** A copy with one field changed, sometimes several. */
export function twisted(context: FieldContext, type: MessageType, value: AnyMessage): AnyMessage {
  const { rng } = context;
  const out = { ...value };
  do {
    const field = rng.pick(type.fields);
    if (field) out[field.name] = twistedField(context, field, out[field.name]);
  } while (rng.chance(0.3));
  return out;
}

function twistedField(context: FieldContext, field: Field, value: unknown): unknown {
  if (field.repeated) return twistedList(context, field, (value ?? []) as unknown[]);
  return twistedOne(context, field, value);
}

function twistedOne(context: FieldContext, field: Field, value: unknown): unknown {
  const { rng, known } = context;
  if (!field.messageName) return hostileValue(rng, field.scalar, known);
  const inner = messageType(field.messageName);
  if (rng.chance(0.15)) return undefined;
  if (field.messageName === ANY) return twistedAny(context, value as AnyMessage | undefined);
  return twisted(context, inner, (value as AnyMessage | undefined) ?? inner.create());
}

function twistedList(context: FieldContext, field: Field, list: unknown[]): unknown[] {
  const { rng } = context;
  const other =
    twistedOne(context, field, list[0]) ?? (field.messageName ? messageType(field.messageName).create() : '');
  switch (rng.below(6)) {
    case 0:
      return [];
    case 1:
      return [...list, ...list];
    case 2:
      return [...list, other];
    case 3:
      return Array.from({ length: rng.between(2, MANY) }, () => list[0] ?? other);
    case 4:
      return list.toReversed().slice(1);
    default:
      return list.length === 0 ? [other] : list.with(rng.below(list.length), other);
  }
}

function twistedAny(context: FieldContext, any: AnyMessage | undefined): AnyMessage {
  const { rng } = context;
  const type_url = String(any?.type_url ?? '');
  const value = (any?.value ?? new Uint8Array(0)) as Uint8Array;
  switch (rng.below(4)) {
    case 0:
      return { type_url: rng.one(['', '/', '/no.such.Message', `${type_url}\0`, type_url.slice(1)]), value };
    case 1:
      return { type_url, value: rng.bytes(rng.below(60)) };
    case 2:
      return nested(rng.between(2, DEEP), { type_url, value });
    default:
      return reopened(context, { type_url, value });
  }
}

/** What is inside, changed as well; as it is when it was damaged before and does not decode. */
function reopened(context: FieldContext, any: { type_url: string; value: Uint8Array }): AnyMessage {
  try {
    const { type, value } = unpackAny(any);
    return packAny(type, twisted(context, type, value));
  } catch {
    return any;
  }
}

const EXEC = 'cosmos.authz.v1beta1.MsgExec';

/** Messages in messages in messages. */
export function nested(depth: number, innermost: { type_url: string; value: Uint8Array }): AnyMessage {
  const exec = messageType(EXEC);
  let any = innermost;
  for (let level = 0; level < depth; level++) {
    any = packAny(exec, { grantee: '0x0000000000000000000000000000000000000001', msgs: [any] });
  }
  return any;
}
