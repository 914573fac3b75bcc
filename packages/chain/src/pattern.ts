/**
 * Regular expressions of policy statements, in the common part of RE2's syntax.
 *
 * Anyone may put a policy on the chain, so a pattern must never take exponential time: it is compiled to a
 * non-deterministic automaton whose states are stepped together, which is linear in text × pattern.
 */

/** Longest pattern accepted, in code points: twice the longest object name. */
const MAX_LENGTH = 2048;
/** Largest automaton: bounds what counted repetition such as `(a{100}){100}` may unfold to. */
const MAX_STATES = 5_000;
/** RE2's own limit on a repeat count. */
const MAX_REPEAT = 1000;
const MAX_CACHED = 64;

type Test = (codePoint: number) => boolean;

type State =
  | { kind: 'test'; test: Test; next: number }
  | { kind: 'split'; next: number; other: number }
  | { kind: 'start'; next: number }
  | { kind: 'end'; next: number }
  | { kind: 'match' };

type Node =
  | { kind: 'test'; test: Test }
  | { kind: 'anchor'; at: 'start' | 'end' }
  | { kind: 'sequence'; parts: Node[] }
  | { kind: 'choice'; options: Node[] }
  | { kind: 'repeat'; part: Node; min: number; max: number };

const classes: Record<string, Test> = {
  d: (c) => c >= 48 && c <= 57,
  w: (c) => (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || c === 95 || (c >= 97 && c <= 122),
  s: (c) => c === 9 || c === 10 || c === 12 || c === 13 || c === 32,
};
const controls: Record<string, number> = { n: 10, r: 13, t: 9, f: 12, v: 11, a: 7 };

class Parser {
  private readonly text: string[];
  private at = 0;

  constructor(pattern: string) {
    this.text = [...pattern];
    if (this.text.length > MAX_LENGTH) throw new Error(`pattern of at most ${MAX_LENGTH} characters expected`);
  }

  parse(): Node {
    const node = this.choice(0);
    if (this.at < this.text.length) throw this.unexpected();
    return node;
  }

  private choice(depth: number): Node {
    if (depth > 100) throw new Error('pattern nested deeper than 100');
    const options = [this.sequence(depth)];
    while (this.take('|')) options.push(this.sequence(depth));
    return options.length === 1 ? options[0]! : { kind: 'choice', options };
  }

  private sequence(depth: number): Node {
    const parts: Node[] = [];
    while (this.at < this.text.length && this.peek() !== '|' && this.peek() !== ')') {
      parts.push(this.repeated(this.atom(depth)));
    }
    return { kind: 'sequence', parts };
  }

  private repeated(part: Node): Node {
    const counts = this.quantifier();
    if (!counts) return part;
    this.take('?'); // a lazy quantifier matches the same texts
    if (this.quantifier()) throw new Error(`repeated repetition operator at ${this.at}`);
    return { kind: 'repeat', part, ...counts };
  }

  private quantifier(): { min: number; max: number } | undefined {
    if (this.take('*')) return { min: 0, max: Infinity };
    if (this.take('+')) return { min: 1, max: Infinity };
    if (this.take('?')) return { min: 0, max: 1 };
    const counted = /^\{(\d{1,4})(?:(,)(\d{1,4})?)?\}/.exec(this.text.slice(this.at, this.at + 12).join(''));
    if (!counted) return undefined;
    this.at += counted[0].length;
    const min = Number(counted[1]);
    const max = counted[3] ? Number(counted[3]) : counted[2] ? Infinity : min;
    if (min > MAX_REPEAT || (max !== Infinity && (max > MAX_REPEAT || max < min))) {
      throw new Error(`invalid repeat count ${counted[0]}`);
    }
    return { min, max };
  }

  private atom(depth: number): Node {
    const char = this.text[this.at++]!;
    if (char === '(') return this.group(depth);
    if (char === '[') return { kind: 'test', test: this.set() };
    if (char === '^') return { kind: 'anchor', at: 'start' };
    if (char === '$') return { kind: 'anchor', at: 'end' };
    if (char === '.') return { kind: 'test', test: (c) => c !== 10 };
    if (char === '\\') return this.escaped();
    if (char === '*' || char === '+' || char === '?')
      throw new Error(`missing argument to repetition operator ${char}`);
    return literal(char.codePointAt(0)!);
  }

  private group(depth: number): Node {
    if (this.take('?')) {
      const name = /^(?::|P?<[A-Za-z0-9_]{1,64}>)/.exec(this.text.slice(this.at, this.at + 70).join(''));
      if (!name) throw new Error('groups are written (…), (?:…) or (?P<name>…)');
      this.at += name[0].length;
    }
    const node = this.choice(depth + 1);
    if (!this.take(')')) throw new Error('missing closing )');
    return node;
  }

  private escaped(): Node {
    const char = this.text[this.at++];
    if (char === undefined) throw new Error('trailing backslash');
    if (char === 'A') return { kind: 'anchor', at: 'start' };
    if (char === 'z') return { kind: 'anchor', at: 'end' };
    return { kind: 'test', test: this.escapedTest(char) };
  }

  private escapedTest(char: string): Test {
    const named = classes[char.toLowerCase()];
    if (named) return char === char.toLowerCase() ? named : (c) => !named(c);
    const control = controls[char];
    if (control !== undefined) return (c) => c === control;
    if (/[A-Za-z0-9]/.test(char)) throw new Error(`invalid escape \\${char}`);
    const code = char.codePointAt(0)!;
    return (c) => c === code;
  }

  private set(): Test {
    const negated = this.take('^');
    const tests: Test[] = [];
    while (tests.length === 0 || this.peek() !== ']') {
      if (this.at >= this.text.length) throw new Error('missing closing ]');
      tests.push(this.setItem());
    }
    this.at++;
    return negated ? (c) => !tests.some((test) => test(c)) : (c) => tests.some((test) => test(c));
  }

  private setItem(): Test {
    const char = this.text[this.at++]!;
    if (char === '\\') return this.escapedTest(this.text[this.at++] ?? '');
    const low = char.codePointAt(0)!;
    if (this.peek() !== '-' || this.text[this.at + 1] === undefined || this.text[this.at + 1] === ']') {
      return (c) => c === low;
    }
    this.at++;
    const high = this.text[this.at++]!.codePointAt(0)!;
    if (high < low) throw new Error('invalid character class range');
    return (c) => c >= low && c <= high;
  }

  private peek(): string | undefined {
    return this.text[this.at];
  }

  private take(char: string): boolean {
    if (this.peek() !== char) return false;
    this.at++;
    return true;
  }

  private unexpected(): Error {
    return new Error(`unexpected ${this.peek()} at ${this.at}`);
  }
}

const literal = (code: number): Node => ({ kind: 'test', test: (c) => c === code });

/** A compiled pattern, searched for anywhere in a text. */
export class Pattern {
  private readonly states: State[] = [];
  private readonly first: number;

  /** @throws Error that says what is wrong with the pattern */
  constructor(pattern: string) {
    this.first = this.compile(new Parser(pattern).parse(), this.add({ kind: 'match' }));
  }

  test(text: string): boolean {
    const codePoints = Array.from(text, (char) => char.codePointAt(0)!);
    let active = new Set<number>();
    for (let at = 0; at <= codePoints.length; at++) {
      const last = at === codePoints.length;
      if (this.follow(this.first, at === 0, last, active)) return true;
      if (last) break;
      const next = new Set<number>();
      for (const id of active) {
        const state = this.states[id]!;
        if (state.kind !== 'test' || !state.test(codePoints[at]!)) continue;
        if (this.follow(state.next, false, at + 1 === codePoints.length, next)) return true;
      }
      active = next;
    }
    return false;
  }

  /** Adds every state reachable without a character to `active`; true when the match state is among them. */
  private follow(from: number, atStart: boolean, atEnd: boolean, active: Set<number>): boolean {
    const pending = [from];
    while (pending.length > 0) {
      const id = pending.pop()!;
      if (active.has(id)) continue;
      active.add(id);
      const state = this.states[id]!;
      if (state.kind === 'match') return true;
      if (state.kind === 'split') pending.push(state.next, state.other);
      else if ((state.kind === 'start' && atStart) || (state.kind === 'end' && atEnd)) pending.push(state.next);
    }
    return false;
  }

  private add(state: State): number {
    if (this.states.length >= MAX_STATES) throw new Error('pattern too large');
    return this.states.push(state) - 1;
  }

  /** Adds the states of `node`, leading to `next`; returns its first state. */
  private compile(node: Node, next: number): number {
    switch (node.kind) {
      case 'test':
        return this.add({ kind: 'test', test: node.test, next });
      case 'anchor':
        return this.add({ kind: node.at, next });
      case 'sequence':
        return node.parts.reduceRight((after, part) => this.compile(part, after), next);
      case 'choice':
        return node.options
          .map((option) => this.compile(option, next))
          .reduceRight((other, option) => this.add({ kind: 'split', next: option, other }));
      case 'repeat':
        return this.compileRepeat(node, next);
    }
  }

  private compileRepeat({ part, min, max }: Node & { kind: 'repeat' }, next: number): number {
    let first = next;
    if (max === Infinity) {
      first = this.add({ kind: 'split', next, other: next });
      this.states[first] = { kind: 'split', next: this.compile(part, first), other: next };
    } else {
      for (let i = min; i < max; i++) first = this.add({ kind: 'split', next: this.compile(part, first), other: next });
    }
    for (let i = 0; i < min; i++) first = this.compile(part, first);
    return first;
  }
}

const cache = new Map<string, Pattern | undefined>();

/** The compiled pattern; undefined when it is not a regular expression. The latest ones are kept. */
function compiled(pattern: string): Pattern | undefined {
  if (cache.has(pattern)) return cache.get(pattern);
  let result: Pattern | undefined;
  try {
    result = new Pattern(pattern);
  } catch {
    result = undefined;
  }
  if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value!);
  cache.set(pattern, result);
  return result;
}

export const isPattern = (pattern: string): boolean => compiled(pattern) !== undefined;

/** Whether the pattern occurs in the text; a text that is not a pattern occurs nowhere. */
export const patternMatches = (pattern: string, text: string): boolean => compiled(pattern)?.test(text) ?? false;
