/** Resources as tokens: every field is a trait, in field order, named as Go names it. */
import { type AnyMessage, enumText, type Field, type greenfieldStorage as storage } from '@prairie/chain';

/** Fields that a type keeps out of its traits. */
const hidden = new Set(['checksums']);

export function traitsOf(fields: readonly Field[], value: AnyMessage): storage.Trait[] {
  return fields
    .filter((field) => !hidden.has(field.name))
    .map((field) => ({ trait_type: goName(field.name), value: traitText(field, value[field.name]) }));
}

const goName = (name: string): string =>
  name
    .split('_')
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join('');

function traitText(field: Field, value: unknown): string {
  if (field.enumName) return enumText(field.enumName, value as number);
  if (field.messageName) return value === undefined ? '<nil>' : tagsText(value as storage.ResourceTags);
  return String(value);
}

/** A pointer's text form in Go. */
const tagsText = ({ tags }: storage.ResourceTags): string =>
  tags.map(({ key, value }) => `tags:<key:${JSON.stringify(key)} value:${JSON.stringify(value)} > `).join('');
