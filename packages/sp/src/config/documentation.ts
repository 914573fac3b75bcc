/** The reference page of the configuration, `docs/configuration.md`: made from the table of keys. */
import { aligned } from '../common/markdown-table.ts';
import { type Fields, isRequiredTable, type Key, RecordKind } from './record.ts';
import { schema } from './schema.ts';

const HEAD = `# Configuration

_Made by \`npm run node -- packages/sp/scripts/document-configuration.ts\` from the table of keys
(\`packages/sp/src/config\`). Do not edit._

\`prairie sp start --config config.toml\` reads TOML with the keys of the reference provider, in any case, and the keys of
section \`[Prairie]\`. \`prairie sp config default\` prints a file with every key, \`prairie sp config check\` tells what is
wrong with one, \`prairie sp config dump\` shows what came of file, environment and defaults.

- What is higher wins: options of the command line, the environment, the file, the default.
- A number that is 0, a text and a list that are empty stand for the default.
- A variable of the environment that is set wins even when it is empty.
- Unknown keys, and keys that do nothing here and are not at their default, are named in warnings. A bad value is refused
  with the key, the value, and what is allowed; all faults are told at once.
- Secrets (🔒) are never shown, neither in errors nor in a dump, unless \`--show-secrets\` asks for it.
- A module that is not in this process is looked for at its address in \`[Endpoint]\`.
`;

/** The whole page. */
export function configurationPage(): string {
  const sections = Object.values(schema.fields as Fields).filter(isRequiredTable);
  return `${[HEAD, '## Top level\n', ...keys(schema.fields), ...sections.flatMap((field) => section(field, ''))].join('\n')}\n`;
}

function section(field: Key<unknown> & { kind: RecordKind<Fields> }, above: string): string[] {
  const name = `${above}${field.name}`;
  const below = Object.values(field.kind.fields).filter(isRequiredTable);
  return [
    ...['', `## \`[${name}]\``, '', field.effect, ''],
    ...keys(field.kind.fields),
    ...below.flatMap((each) => section(each, `${name}.`)),
  ];
}

function keys(fields: Fields): string[] {
  const own = Object.values(fields).filter((field) => !isRequiredTable(field));
  if (own.length === 0) return [];
  return aligned([
    ['key', 'value', 'default', 'what it does'],
    ...own.flatMap((field) => [row(field), ...inner(field)]),
  ]);
}

function row(field: Key<unknown>, prefix = ''): string[] {
  const { name, kind, default: standard, effect, env, secret, idle } = field;
  const shown = standard === undefined || standard === '' ? '' : `\`${kind.literal(standard)}\``;
  const when = typeof idle === 'object' ? idle.when : idle && `_No effect: ${idle}._`;
  const notes = [effect, env && `Variable \`${env}\`.`, when].filter(Boolean).join(' ');
  return [`\`${prefix}${name}\`${secret ? ' 🔒' : ''}`, kind.expects, shown, notes];
}

/** Keys of a table that may be left out. */
function inner(field: Key<unknown>, prefix = ''): string[][] {
  if (!(field.kind instanceof RecordKind)) return [];
  const path = `${prefix}${field.name}.`;
  const fields = Object.values(field.kind.fields as Fields);
  return fields.flatMap((each) => [row(each, path), ...inner(each, path)]);
}
