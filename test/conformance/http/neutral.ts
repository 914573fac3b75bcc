/**
 * What is made alike in texts of both sides before they are compared: what no two runs can have in common, and places
 * where this project knowingly answers otherwise (`docs/differences.md`) in many exchanges at once.
 */
import type { Exchange } from './recording.ts';

interface Rule {
  why: string;
  pattern: RegExp;
  by: string | ((...match: string[]) => string);
  /** Default: all. */
  endpoint?: string;
  /** Sections of the recorded scenario, as the first letters of steps. Default: all. */
  sections?: string;
}

const RULES: readonly Rule[] = [
  {
    why: 'clients decide by status and code; our messages say what was expected and what came',
    pattern: /(<Error><Code>\d+<\/Code><Message>)[^<]*/g,
    by: '$1',
  },
  {
    why: 'the size behind a range, which the reference lacks',
    pattern: /^(bytes \d+-\d+)\/\d+$/,
    by: '$1',
  },
  {
    why: 'the groups of a family, which the reference loses',
    pattern: /<GlobalVirtualGroupIds>\d+<\/GlobalVirtualGroupIds>/g,
    by: '',
  },
  {
    why: 'the group of an empty object, which the reference loses',
    pattern: /(<LocalVirtualGroupId>)\d+(<\/LocalVirtualGroupId><PayloadSize>0<)/g,
    by: '$1$2',
  },
  {
    why: 'that the extra of a group was changed, which the reference misses',
    pattern: /(<GroupName>fx-group<.*?<Extra>)[^<]*/g,
    by: '$1',
  },
  {
    why: 'as before',
    pattern: /(<GroupName>fx-group<.*?<UpdateAt>)\d+(<\/UpdateAt><UpdateTime>)\d+/g,
    by: '$1$2',
  },
  {
    why: 'a pending update of an object, which the reference misses',
    pattern:
      /(<ObjectName>delegated\.txt<.*?<IsUpdating>)\w+(.*?<UpdateAt>)\d+(.*?<Operator>)\w+(.*?<UpdateTxHash>)\w+/g,
    by: '$1$2$3$4',
  },
  {
    why: 'until when an approval lives follows the height that a provider saw last, and the signature covers it',
    pattern: /("expired_height":")\d+("[^}]*"sig":")[^"]*/g,
    by: '$1$2',
    endpoint: 'get-approval',
  },
  {
    why: 'checksums of debugging routes are no text in the reference',
    pattern: /<Checksums>[^<]*/g,
    by: '<Checksums>',
    endpoint: 'metadata-internal',
  },
  {
    why: 'moments at which a read was noted',
    pattern: /(TimestampUs>)[1-9]\d*</g,
    by: '$1<',
    endpoint: 'read-records',
  },
  {
    why: 'the reference gives what a failed read (step I/001) cost back to another of the quotas',
    pattern: /(<SPFreeReadQuotaSize>)(\d+)(<.*<ReadConsumedSize>)(\d+)(<.*<FreeConsumedSize>)\d+/g,
    by: (_, a, free = '', b, consumed = '', c) => `${a}${b}${c}${BigInt(free) - BigInt(consumed)} left`,
    endpoint: 'read-quota',
    sections: 'K',
  },
  {
    why: 'a map, whose entries come in any order',
    pattern: /(?:<(\w+Entry)>.*?<\/\1>)+/g,
    by: (entries) =>
      entries
        .split(/(?<=<\/\w+Entry>)/)
        .sort()
        .join(''),
    endpoint: 'list-by-ids',
  },
];

/** How long after the arrival of a request its answer may say that it is now, milliseconds. */
const NOW_MS = 5000;

/** Texts of either side of an exchange, made alike. */
export function neutralOf({ endpoint, step, time_ms }: Exchange): (text: string) => string {
  const rules = RULES.filter(
    (rule) => (rule.endpoint ?? endpoint) === endpoint && (rule.sections ?? step).includes(step[0]!),
  );
  const withoutNow = (digits: string) => (Math.abs(Number(digits) - time_ms) <= NOW_MS ? 'now' : digits);
  return (text) => rules.reduce(applied, text).replace(/\b\d{13}\b/g, withoutNow);
}

const applied = (text: string, { pattern, by }: Rule): string =>
  typeof by === 'string' ? text.replace(pattern, by) : text.replace(pattern, by);
