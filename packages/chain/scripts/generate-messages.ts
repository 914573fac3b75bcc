/**
 * Writes `src/proto/generated/*.ts`: a field table and a TypeScript interface for each protobuf message that this
 * project speaks, and `services.ts`, the query methods with the messages they take and give. Names, numbers and kinds are read from the encoders of the MIT package
 * `@bnb-chain/greenfield-cosmos-types` (a dev dependency); what those encoders cannot tell (custom integer types,
 * non-nullable embedded messages) is in `custom-types.ts` beside this file.
 *
 *   node packages/chain/scripts/generate-messages.ts
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDecimal, isInteger, isNonNullable, missingFields } from './custom-types.ts';

const require = createRequire(import.meta.url);
const root = dirname(require.resolve('@bnb-chain/greenfield-cosmos-types/package.json'));
const outDir = join(dirname(fileURLToPath(import.meta.url)), '../src/proto/generated');

/** Folders of the source package that hold what Greenfield's clients and nodes exchange. */
const folders = [
  'greenfield',
  'google/protobuf',
  'cosmos/auth',
  'cosmos/authz',
  'cosmos/bank',
  'cosmos/base/abci',
  'cosmos/base/node',
  'cosmos/base/query',
  'cosmos/base/tendermint',
  'cosmos/base/v1beta1',
  'cosmos/consensus',
  'cosmos/crosschain',
  'cosmos/crypto',
  'cosmos/distribution',
  'cosmos/feegrant',
  'cosmos/gashub',
  'cosmos/gov',
  'cosmos/oracle',
  'cosmos/params',
  'cosmos/slashing',
  'cosmos/staking',
  'cosmos/tx',
  'cosmos/upgrade',
  'tendermint',
];

interface Codec {
  encode: (...args: unknown[]) => unknown;
  toAmino?: (...args: unknown[]) => unknown;
  toSDK?: (...args: unknown[]) => unknown;
  toJSON?: (...args: unknown[]) => unknown;
}
interface Field {
  name: string;
  number: number;
  /** kind as written in the table: scalar, `enum x.Y`, or a message name; `[]` repeated, `!` non-nullable. */
  kind: string;
}
interface Message {
  fullName: string;
  exportName: string;
  fields: Field[];
}
interface Enum {
  fullName: string;
  exportName: string;
  values: [string, number][];
}
interface Source {
  module: Record<string, unknown>;
  text: string;
  file: string;
  package: string;
}

function* jsFiles(dir: string): Generator<string> {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) yield* jsFiles(path);
    else if (entry.name.endsWith('.js') && !/(client|lcd|rpc|amino|registry)/.test(entry.name)) yield path;
  }
}

const sources = new Map<string, Source>();
for (const folder of folders) {
  for (const file of jsFiles(join(root, folder))) {
    const module = require(file) as Record<string, unknown>;
    if (typeof module.protobufPackage !== 'string') continue;
    sources.set(file, { module, text: readFileSync(file, 'utf8'), file, package: module.protobufPackage });
  }
}

function resolveAlias(source: Source, alias: string): Source {
  const match = new RegExp(`const ${alias} = (?:__importStar\\()?require\\("([^"]+)"\\)`).exec(source.text);
  const path = match && `${join(dirname(source.file), match[1]!)}.js`;
  const target = path ? sources.get(path) : undefined;
  if (!target) throw new Error(`${relative(root, source.file)}: import ${alias} is not in the generated folders`);
  return target;
}

function fullName(source: Source, ref: string): string {
  const [first, second] = ref.split('.') as [string, string | undefined];
  if (second === undefined || first === 'exports') return `${source.package}.${(second ?? first).replace(/_/g, '.')}`;
  return `${resolveAlias(source, first).package}.${second.replace(/_/g, '.')}`;
}

/** `{ spId: "sp_id" }`, read from the body of `toSDK` or `toAmino`, which assign one name from the other. */
function snakeNames(codec: Codec): Map<string, string> {
  const names = new Map<string, string>();
  const text = `${codec.toSDK ?? ''}\n${codec.toAmino ?? ''}`;
  for (const [, snake, camel] of text.matchAll(/obj\.(\w+) = [^;]*?message\.(\w+)/g)) {
    if (!names.has(camel!)) names.set(camel!, snake!);
  }
  return names;
}

const snakeCase = (camel: string) => camel.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`).replace(/^_/, '');

function enumOf(source: Source, codec: Codec, camel: string): string | undefined {
  const line = String(codec.toJSON)
    .split('\n')
    .find((l) => new RegExp(`message\\.${camel}\\b`).test(l) && /ToJSON/.test(l));
  const match = line && /\(?(?:0, )?((?:\w+\.)?)(\w+)ToJSON\)?\(/.exec(line);
  if (!match) return undefined;
  const owner = match[1] ? resolveAlias(source, match[1].slice(0, -1)) : source;
  const name = Object.keys(owner.module).find((k) => k.toLowerCase() === match[2]!.toLowerCase());
  if (!name) throw new Error(`no enum for ${match[2]} in ${owner.file}`);
  return `enum ${owner.package}.${name.replace(/_/g, '.')}`;
}

function parseFields(source: Source, exportName: string, codec: Codec): Field[] {
  const text = String(codec.encode).replace(/\s+/g, ' ');
  const names = snakeNames(codec);
  const messageName = `${source.package}.${exportName.replace(/_/g, '.')}`;
  const fields: Field[] = [];
  const add = (tag: string, camel: string, kind: string, repeated: boolean) => {
    const name = names.get(camel) ?? snakeCase(camel);
    let type = kind;
    if (type === 'int32') type = enumOf(source, codec, camel) ?? type;
    if (type === 'string' && isInteger(messageName, name)) type = 'integer';
    if (isDecimal(messageName, name)) type = 'decimal';
    if (!repeated && isNonNullable(messageName, name, type)) type += '!';
    fields.push({ name, number: Number(tag) >>> 3, kind: repeated ? `${type}[]` : type });
  };
  const pattern = new RegExp(
    [
      // packed scalars
      String.raw`writer\.uint32\((\d+)\)\.fork\(\); for \(const v of message\.(\w+)\) \{ writer\.(\w+)\(v\); \} writer\.ldelim\(\);`,
      // repeated messages and timestamps
      String.raw`for \(const v of message\.(\w+)\) \{ ([\w.]+)\.encode\((?:\(0, helpers_1\.toTimestamp\)\()?v!?\)?, writer\.uint32\((\d+)\)\.fork\(\)\)\.ldelim\(\); \}`,
      // repeated strings and bytes
      String.raw`for \(const v of message\.(\w+)\) \{ writer\.uint32\((\d+)\)\.(\w+)\(v!?\); \}`,
      // maps
      String.raw`Object\.entries\(message\.(\w+)\)\.forEach\(\(\[key, value\]\) => \{ ([\w.]+)\.encode\(\{ key: key, value \}, writer\.uint32\((\d+)\)`,
      // embedded message
      String.raw`([\w.]+)\.encode\(message\.(\w+), writer\.uint32\((\d+)\)\.fork\(\)\)\.ldelim\(\);`,
      String.raw`([\w.]+)\.encode\(\(0, helpers_1\.toTimestamp\)\(message\.(\w+)\), writer\.uint32\((\d+)\)\.fork\(\)\)\.ldelim\(\);`,
      // decimals
      String.raw`writer\.uint32\((\d+)\)\.string\(math_1\.Decimal\.fromUserInput\(message\.(\w+), 18\)\.atomics\);`,
      // scalar
      String.raw`writer\.uint32\((\d+)\)\.(\w+)\(message\.(\w+)\);`,
    ].join('|'),
    'g',
  );
  for (const m of text.matchAll(pattern)) {
    if (m[1]) add(m[1], m[2]!, m[3]!, true);
    else if (m[4]) add(m[6]!, m[4], fullName(source, m[5]!), true);
    else if (m[7]) add(m[8]!, m[7], m[9]!, true);
    else if (m[10]) add(m[12]!, m[10], fullName(source, m[11]!), true);
    else if (m[13]) add(m[15]!, m[14]!, fullName(source, m[13]), false);
    else if (m[16]) add(m[18]!, m[17]!, fullName(source, m[16]), false);
    else if (m[19]) add(m[19], m[20]!, 'decimal', false);
    else if (m[21]) add(m[21], m[23]!, m[22]!, false);
  }
  const mentioned = new Set([...text.matchAll(/message\.(\w+)/g)].map((m) => m[1]!)).size;
  if (mentioned !== fields.length)
    throw new Error(`${messageName}: ${mentioned} fields mentioned, ${fields.length} read`);
  fields.push(...(missingFields[messageName] ?? []));
  return fields.sort((a, b) => a.number - b.number);
}

const packages = new Map<string, { messages: Message[]; enums: Enum[] }>();
for (const source of sources.values()) {
  const bucket = packages.get(source.package) ?? { messages: [], enums: [] };
  packages.set(source.package, bucket);
  for (const [exportName, value] of Object.entries(source.module)) {
    if (typeof value !== 'object' || value === null) continue;
    const name = `${source.package}.${exportName.replace(/_/g, '.')}`;
    if ('encode' in value && 'fromPartial' in value) {
      bucket.messages.push({
        fullName: name,
        exportName,
        fields: parseFields(source, exportName, value as unknown as Codec),
      });
    } else if (`${exportName[0]!.toLowerCase()}${exportName.slice(1)}ToJSON` in source.module) {
      const values = Object.entries(value).filter(([k, v]) => typeof v === 'number' && v >= 0 && k !== 'UNRECOGNIZED');
      bucket.enums.push({ fullName: name, exportName, values: values as [string, number][] });
    }
  }
}

const scalarTypes: Record<string, string> = {
  string: 'string',
  bytes: 'Uint8Array',
  bool: 'boolean',
  int32: 'number',
  uint32: 'number',
  sfixed32: 'number',
  fixed32: 'number',
  double: 'number',
  float: 'number',
  int64: 'bigint',
  uint64: 'bigint',
  fixed64: 'bigint',
  sfixed64: 'bigint',
  integer: 'bigint',
  decimal: 'bigint',
};

const fileOf = (pkg: string) => `${pkg}.ts`;
const aliasOf = (pkg: string) => pkg.replace(/[.](\w)/g, (_, c: string) => c.toUpperCase());

function typeOf(kind: string, pkg: string, imports: Set<string>): string {
  const repeated = kind.endsWith('[]');
  const nonNullable = kind.endsWith('!');
  const base = kind.replace(/(\[\]|!)$/, '');
  let type = scalarTypes[base];
  let nullable = false;
  if (type === undefined) {
    const name = base.replace(/^enum /, '');
    const owner = [...packages.keys()].filter((p) => name.startsWith(`${p}.`)).sort((a, b) => b.length - a.length)[0];
    if (!owner) throw new Error(`no package for ${name}`);
    const local = name.slice(owner.length + 1).replace(/\./g, '_');
    if (owner !== pkg) imports.add(owner);
    type = owner === pkg ? local : `${aliasOf(owner)}.${local}`;
    nullable = !base.startsWith('enum ') && !nonNullable;
  }
  if (repeated) return `${type}[]`;
  return nullable ? `${type} | undefined` : type;
}

rmSync(outDir, { recursive: true, force: true });
mkdirSync(outDir, { recursive: true });
const banner = '// Generated by scripts/generate-messages.ts. Do not edit.\n';
for (const [pkg, { messages, enums }] of packages) {
  const imports = new Set<string>();
  const body: string[] = [];
  for (const e of enums) {
    body.push(`export const ${e.exportName} = defineEnum('${e.fullName}', {`);
    for (const [name, value] of e.values) body.push(`  ${name}: ${value},`);
    body.push('} as const);', `export type ${e.exportName} = number;`, '');
  }
  for (const m of messages) {
    body.push(`export interface ${m.exportName} {`);
    for (const f of m.fields) body.push(`  ${f.name}: ${typeOf(f.kind, pkg, imports)};`);
    body.push('}', `export const ${m.exportName} = define<${m.exportName}>('${m.fullName}', {`);
    for (const f of m.fields) body.push(`  ${f.name}: [${f.number}, '${f.kind}'],`);
    body.push('});', '');
  }
  const used = [messages.length > 0 && 'define', enums.length > 0 && 'defineEnum'].filter(Boolean).join(', ');
  const head = [banner, used && `import { ${used} } from '../define.ts';`];
  for (const other of [...imports].sort()) head.push(`import type * as ${aliasOf(other)} from './${fileOf(other)}';`);
  writeFileSync(join(outDir, fileOf(pkg)), `${head.join('\n')}\n\n${body.join('\n')}`);
}

/** Query methods by service, read from the client stubs. What transactions carry (`Msg`) is no query. */
const stub =
  /const data = ([\w.]+)\.encode\(request\)\.finish\(\);\s*const promise = this\.rpc\.request\("([\w.]+)", "(\w+)", data\);\s*return promise\.then\(data => ([\w.]+)\.decode/g;
const services = new Map<string, string[]>();
const typeRef = (name: string) => {
  const owner = [...packages.keys()].filter((p) => name.startsWith(`${p}.`)).sort((a, b) => b.length - a.length)[0]!;
  return `${aliasOf(owner)}.${name.slice(owner.length + 1).replace(/\./g, '_')}`;
};
for (const source of sources.values()) {
  for (const [, request, service, method, response] of source.text.matchAll(stub)) {
    if (!/\.(Query|Service)$/.test(service!)) continue;
    const [takes, gives] = [request!, response!].map((ref) => typeRef(fullName(source, ref)));
    services.set(service!, [...(services.get(service!) ?? []), `  ${method}: [${takes}, ${gives}],`]);
  }
}
const blocks = [...services].sort().map(([service, methods]) => {
  const lines = [`export const ${aliasOf(service)} = defineService('${service}', {`, ...methods, '});'];
  return `${lines.join('\n')}\n`;
});
const used = [...packages.keys()].sort().filter((p) => blocks.some((text) => text.includes(`[${aliasOf(p)}.`)));
const imports = used.map((p) => `import * as ${aliasOf(p)} from './${fileOf(p)}';`);
const servicesHead = [banner, "import { defineService } from '../service.ts';", ...imports].join('\n');
writeFileSync(join(outDir, 'services.ts'), `${servicesHead}\n\n${blocks.join('\n')}`);
const index = [...packages.keys()].sort().map((p) => `export * as ${aliasOf(p)} from './${fileOf(p)}';`);
writeFileSync(join(outDir, 'index.ts'), `${banner}\n${index.join('\n')}\n`);
const counts = [...packages.values()].map((p) => p.messages.length);
console.log(`${packages.size} packages, ${counts.reduce((a, b) => a + b, 0)} messages`);
