/** What must not be in an answer, whatever was asked. */
import { child, childText, parseXml } from '@prairie/client';
import type { Route } from '@prairie/sp/routes';
import type { WireAnswer } from './wire.ts';

/** What only the inside of the provider knows, or a crash tells. */
const SECRETS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a stack', /\n\s*at .+:\d+|node:internal|file:\/\//],
  ['a local path', /\/(work|tmp|home|var|proc|usr|root)\/|node_modules|\.ts:\d/],
  ['an internal address', /(?<![\w.-])(127\.0\.0\.1|0\.0\.0\.0|localhost):\d+/],
  ['an error of the program', /\b(Type|Range|Syntax|Reference|Assertion)Error\b|Cannot read propert|is not a function/],
  ['an error of the system', /\b(SQLITE|ECONN|ENOENT|EISDIR|EACCES|EMFILE|EPIPE)|\[object \w+\]/],
];

/** A database or piece store that fails. Routes may say so, but none of them is broken here. */
const BROKEN = [45201, 65201, 95202, 115001, 115101];
const BAD_ESCAPE = 'malformed percent escape in the path\n';

/** Sentences, empty when nothing is wrong. `route` is who answered, undefined when nobody is asked that way. */
export function faultsOf(answer: WireAnswer, route: Route | undefined, secrets: readonly string[]): string[] {
  const faults: string[] = [];
  const text = answer.body.toString('utf8');
  if (answer.status >= 400 && answer.body.length > 0) faults.push(...errorFaults(answer, text));
  if (answer.status >= 500 && !isAllowed(text, route)) {
    const codes = route?.doc.errors.join(', ') ?? 'none';
    faults.push(`status ${answer.status}, and of codes that this may have ${route?.name ?? 'nobody'} has: ${codes}`);
  }
  if (isText(answer)) {
    for (const [what, pattern] of SECRETS) {
      const found = pattern.exec(text);
      if (found) faults.push(`${what} in the answer: ${JSON.stringify(found[0].slice(0, 100))}`);
    }
    if (secrets.some((secret) => text.includes(secret))) faults.push('a folder or key of the provider in the answer');
  }
  return faults;
}

function errorFaults({ status, headers }: WireAnswer, text: string): string[] {
  const type = headers.get('content-type');
  // the one that the reference has as plain text (`gateway-http.md` §1.1)
  if (status === 400 && text === BAD_ESCAPE) return [];
  if (type !== 'application/xml') return [`an error of type ${type}`];
  try {
    const root = parseXml(text);
    if (root.name !== 'Error') return [`an error whose root is ${root.name}`];
    const isWhole =
      /^\d+$/.test(childText(root, 'Code')) && child(root, 'Message') && childText(root, 'Message') !== '';
    return isWhole ? [] : ['an error without code or message'];
  } catch (error) {
    return [`an error that is no XML: ${(error as Error).message}`];
  }
}

function isAllowed(text: string, route: Route | undefined): boolean {
  const code = Number(/<Code>(\d+)<\/Code>/.exec(text)?.[1]);
  return !BROKEN.includes(code) && (route?.doc.errors.includes(code) ?? false);
}

/** Payloads are whatever they are, and /status is there to tell the chain's address. */
function isText({ status, headers }: WireAnswer): boolean {
  return status >= 400 || /^(application\/xml|text\/html)/.test(headers.get('content-type') ?? '');
}
