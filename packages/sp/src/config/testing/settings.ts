/** Any keys of a configuration with any good values, as the file has them. */
import fc from 'fast-check';
import { type Fields, isRequiredTable } from '../record.ts';
import { schema } from '../schema.ts';

export interface Setting {
  path: string;
  /** In TOML. */
  literal: string;
}

const words = fc
  .string({ unit: 'grapheme', maxLength: 20 })
  .map((text) => JSON.stringify(text.replaceAll('\u007f', '')));
const address = fc
  .tuple(fc.constantFrom('', 'localhost', '10.0.0.1', '[::1]', 'sp.example.org'), fc.integer({ min: 0, max: 65_535 }))
  .map(([host, port]) => `${host}:${port}`);
const inQuotes = (text: string): string => JSON.stringify(text);
const listed = (item: fc.Arbitrary<string>) => fc.array(item, { maxLength: 4 }).map((items) => `[${items.join(', ')}]`);

/** By the beginning of what a kind expects; the first that fits counts. */
const values: readonly (readonly [RegExp, fc.Arbitrary<string>])[] = [
  [/^true/, fc.boolean().map(String)],
  [/^a whole number of at least/, fc.maxSafeNat().map(String)],
  [/^a number from 0 to 1\b/, fc.double({ min: 0, max: 1, noNaN: true }).map(String)],
  [/^a number/, fc.double({ min: 0, max: 1e9, noNaN: true }).map((number) => number.toFixed(3))],
  [/several with commas between them$/, fc.array(address, { maxLength: 3 }).map((items) => inQuotes(items.join(',')))],
  [/^host:port/, address.map(inQuotes)],
  [/^a host, or/, fc.oneof(address, fc.constantFrom('localhost', '[::1]', 'db.example.org')).map(inQuotes)],
  [/^a list, each a whole number/, listed(fc.nat(1000).map(String))],
  [/^a list, each a URL/, listed(address.map((at) => inQuotes(`http://node${at.slice(at.lastIndexOf(':'))}`)))],
  [/^a list, each a table/, listed(fc.constant('{ Names = ["a", "b"] }'))],
  [/^a list, each one of/, fc.constant('[]')],
  [/^a list, each a module/, listed(fc.constantFrom('"gateway"', '"Signer"', '"executor"'))],
  [/^a list, each an address or a network/, listed(fc.constantFrom('"10.0.0.0/8"', '"::1"', '"192.0.2.1"'))],
  [/^a list/, listed(words)],
  [/^a URL like http/, address.map((at) => inQuotes(`https://traces${at.slice(at.lastIndexOf(':'))}`))],
  [/^a URL like postgres/, words.map((word) => inQuotes(`postgres://u:${encodeURIComponent(word)}@db:5432/queues`))],
  [
    /^64 hex digits/,
    fc.uint8Array({ minLength: 32, maxLength: 32 }).map((key) => `"${Buffer.from(key).toString('hex')}"`),
  ],
  [
    /^an address/,
    fc.uint8Array({ minLength: 20, maxLength: 20 }).map((it) => `"0x${Buffer.from(it).toString('hex')}"`),
  ],
  [/^a table of tables/, fc.nat().map((memory) => `{ uploader = { Memory = ${memory} }, "odd name" = {} }`)],
  [/^a table/, fc.nat().map((memory) => `{ System = { Memory = ${memory}, Fd = 0 } }`)],
];

function valuesFor(expects: string): fc.Arbitrary<string> {
  const [, min, max] = /^a whole number from (\d+) to (\d+)/.exec(expects) ?? [];
  if (min && max) return fc.integer({ min: Number(min), max: Math.min(Number(max), 1024) }).map(String);
  if (expects.startsWith('one of ')) return fc.constantFrom(...expects.slice(7).split(', ')).map(inQuotes);
  return values.find(([form]) => form.test(expects))?.[1] ?? words;
}

function* walk(fields: Fields, above = ''): Generator<fc.Arbitrary<Setting>> {
  for (const { name, ...field } of Object.values(fields)) {
    const path = `${above}${name}`;
    if (isRequiredTable({ name, ...field }))
      yield* walk((field.kind as unknown as { fields: Fields }).fields, `${path}.`);
    else yield valuesFor(field.kind.expects).map((literal) => ({ path, literal }));
  }
}

const all = [...walk(schema.fields)];
export const setting: fc.Arbitrary<Setting> = fc.oneof(...all);
/** Each key once at most. */
export const settings: fc.Arbitrary<Setting[]> = fc.uniqueArray(setting, {
  selector: ({ path }) => path,
  maxLength: 40,
});
