/** How the value of a task is written into a row. */
export interface QueueCodec<T> {
  encode(value: T): string;
  /** @throws anything: then the row is refused, with the key of its task */
  decode(text: string): T;
}

/**
 * JSON in which a bigint is `{"$bigint":"1"}` and bytes are `{"$bytes":"<base64>"}`. An object whose own first key
 * starts with `$` is wrapped in `{"$object":…}`, so that every value comes back as it went. Fields that are undefined
 * are left out.
 */
export const jsonCodec: QueueCodec<unknown> = {
  encode: (value) => JSON.stringify(toJson(value)) ?? 'null',
  decode: (text) => fromJson(JSON.parse(text)),
};

function toJson(value: unknown): unknown {
  if (typeof value === 'bigint') return { $bigint: value.toString() };
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(toJson);
  const fields = Object.entries(value).map(([key, item]) => [key, toJson(item)] as const);
  const plain = Object.fromEntries(fields);
  return fields[0]?.[0].startsWith('$') ? { $object: plain } : plain;
}

function fromJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(fromJson);
  const fields = Object.entries(value);
  const [tag, held] = fields[0] ?? [];
  if (tag === '$bigint') return BigInt(held as string);
  if (tag === '$bytes') return new Uint8Array(Buffer.from(held as string, 'base64'));
  if (tag === '$object') return fromFields(Object.entries(held as object));
  return fromFields(fields);
}

function fromFields(fields: [string, unknown][]): unknown {
  return Object.fromEntries(fields.map(([key, item]) => [key, fromJson(item)]));
}
