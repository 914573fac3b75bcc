/**
 * Queries over events: `tm.event='Tx' AND transfer.amount > 5` (`reference/chain-rpc.md` §2.1). One grammar serves
 * subscriptions, `tx_search` and `block_search`.
 */
import type { Event } from '../context.ts';

export const MAX_QUERY_LENGTH = 512;

export type Operator = '=' | '<' | '<=' | '>' | '>=' | 'CONTAINS' | 'EXISTS';

export interface Condition {
  key: string;
  operator: Operator;
  /** Text for quoted operands, a number for bare ones, undefined after EXISTS. */
  operand: string | bigint | undefined;
}

/** Values by composite key `type.attribute`. */
export type EventMap = ReadonlyMap<string, readonly string[]>;

const condition =
  /^\s*([^\s<>=']+)\s*(?:(<=|>=|<|>|=)\s*(?:'([^']*)'|(-?\d+)(?:\.\d+)?(?=\s|$))|CONTAINS\s+'([^']*)'|(EXISTS))\s*/;

/** @throws Error that says where the text stops being a query */
export function parseQuery(text: string): Condition[] {
  if (text.length > MAX_QUERY_LENGTH) {
    throw new Error(`maximum query length exceeded: ${text.length} characters, ${MAX_QUERY_LENGTH} allowed`);
  }
  const conditions: Condition[] = [];
  let rest = text;
  do {
    const match = condition.exec(rest);
    if (!match) throw new Error(`failed to parse query: key OP value expected at ${JSON.stringify(rest.slice(0, 60))}`);
    conditions.push(conditionOf(match));
    rest = rest.slice(match[0].length);
    const and = /^AND\s+/.exec(rest);
    if (!and && rest !== '')
      throw new Error(`failed to parse query: AND expected at ${JSON.stringify(rest.slice(0, 60))}`);
    rest = rest.slice(and?.[0].length ?? 0);
    if (and && rest === '') throw new Error('failed to parse query: nothing after AND');
  } while (rest !== '');
  return conditions;
}

function conditionOf([, key, comparison, quoted, number, contained, exists]: RegExpExecArray): Condition {
  if (exists) return { key: key!, operator: 'EXISTS', operand: undefined };
  if (contained !== undefined) return { key: key!, operator: 'CONTAINS', operand: contained };
  return { key: key!, operator: comparison as Operator, operand: quoted ?? BigInt(number!) };
}

export function matches(conditions: readonly Condition[], events: EventMap): boolean {
  return conditions.every((c) => {
    const values = events.get(c.key);
    return values !== undefined && (c.operator === 'EXISTS' || values.some((value) => holds(c, value)));
  });
}

function holds({ operator, operand }: Condition, value: string): boolean {
  if (operator === 'CONTAINS') return value.includes(operand as string);
  if (typeof operand === 'string') return compare(operator, value, operand);
  const number = /^-?\d+/.exec(value);
  return number !== null && compare(operator, BigInt(number[0]), operand!);
}

function compare<T>(operator: Operator, a: T, b: T): boolean {
  switch (operator) {
    case '=':
      return a === b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    default:
      return a >= b;
  }
}

export function eventMap(events: readonly Event[], more: Record<string, string> = {}): Map<string, string[]> {
  const map = new Map<string, string[]>(Object.entries(more).map(([key, value]) => [key, [value]]));
  for (const { type, attributes } of events) {
    for (const { key, value } of attributes) {
      const composite = `${type}.${key}`;
      const values = map.get(composite);
      if (values) values.push(value);
      else map.set(composite, [value]);
    }
  }
  return map;
}
