/** What a decoded message may still hold that nothing can be done with; a node refuses such bytes as it reads them. */
import {
  type AnyMessage,
  decode,
  type Field,
  type googleProtobuf,
  type MessageType,
  messageType,
  messageTypeByUrl,
} from '@prairie/chain';

const TIMESTAMP = 'google.protobuf.Timestamp';
const DURATION = 'google.protobuf.Duration';
const ANY = 'google.protobuf.Any';

/** 0001-01-01 and 9999-12-31T23:59:59Z in unix seconds: what a timestamp can be written for. */
const [FIRST_SECOND, LAST_SECOND] = [-62_135_596_800n, 253_402_300_799n];
/** What a Go duration holds, 64 bits of nanoseconds, in seconds. */
const MAX_DURATION = 9_223_372_036n;
const NANOS = 999_999_999;
/** Messages in messages in messages. */
const MAX_DEPTH = 32;

/**
 * @throws Error when a time or a duration is out of range, or an embedded message of a known type does not decode.
 * Embedded messages of unknown types are left to who uses them.
 */
export function checkWellFormed(type: MessageType, value: AnyMessage, depth = 0): void {
  if (depth > MAX_DEPTH) throw new Error(`messages nested deeper than ${MAX_DEPTH}`);
  for (const field of delicateFields(type)) {
    const held = value[field.name] as AnyMessage | AnyMessage[] | undefined;
    for (const one of Array.isArray(held) ? held : held ? [held] : []) checkField(field, one, depth);
  }
}

function checkField({ name, messageName }: Field, value: AnyMessage, depth: number): void {
  if (messageName === TIMESTAMP) checkTimestamp(name, value as googleProtobuf.Timestamp);
  else if (messageName === DURATION) checkDuration(name, value as googleProtobuf.Duration);
  else if (messageName === ANY) checkAny(value as googleProtobuf.Any, depth);
  else checkWellFormed(messageType(messageName!), value, depth + 1);
}

function checkTimestamp(name: string, { seconds, nanos }: googleProtobuf.Timestamp): void {
  if (seconds < FIRST_SECOND || seconds > LAST_SECOND || nanos < 0 || nanos > NANOS) {
    throw new Error(`${name}: timestamp of ${seconds} s and ${nanos} ns, the years 1 to 9999 expected`);
  }
}

function checkDuration(name: string, { seconds, nanos }: googleProtobuf.Duration): void {
  const fits = seconds >= -MAX_DURATION && seconds <= MAX_DURATION && Math.abs(nanos) <= NANOS;
  const sameSign = seconds === 0n || nanos === 0 || seconds > 0n === nanos > 0;
  if (!fits || !sameSign) throw new Error(`${name}: duration of ${seconds} s and ${nanos} ns`);
}

function checkAny({ type_url, value }: googleProtobuf.Any, depth: number): void {
  const type = messageTypeByUrl(type_url);
  if (type) checkWellFormed(type, decode(type, value), depth + 1);
}

const delicate = new Map<MessageType, readonly Field[]>();

/** Fields that are times, durations or embedded messages, or hold some: few messages have any. */
function delicateFields(type: MessageType): readonly Field[] {
  const known = delicate.get(type);
  if (known) return known;
  // of a message that holds itself, as it is being looked at: that alone is not delicate
  delicate.set(type, []);
  const fields = type.fields.filter(
    ({ messageName }) =>
      messageName !== undefined &&
      ([TIMESTAMP, DURATION, ANY].includes(messageName) || delicateFields(messageType(messageName)).length > 0),
  );
  delicate.set(type, fields);
  return fields;
}
