/**
 * The text that a wallet signs to register a key (`reference/gateway-http.md` §2.9). The reference searches it with one
 * pattern of many wildcards; here each label is looked for once, from where the one before ended, so that a long text
 * costs no more than its length.
 */

/** Of one provider: keys of the first generation are registered with several by one signature. */
export interface ProviderNonce {
  readonly operator: string;
  readonly nonce: string;
}

export interface RegistrationText {
  readonly domain: string;
  readonly publicKey: string;
  readonly expiry: string;
  /** Empty for keys of the second generation. */
  readonly nonces: readonly ProviderNonce[];
}

const SIGN_IN = ' wants you to sign in with your BNB Greenfield account:';
/** What follows, in order; line feeds may stand before each. */
const LABELS = [
  'Register your identity public key ',
  'URI: ',
  'Version: ',
  'Chain ID: ',
  'Issued At: ',
  'Expiration Time: ',
] as const;
const RESOURCES = 'Resources:';

/** undefined when the text does not fit the template of its generation. */
export function parseRegistrationText(text: string, generation: 1 | 2): RegistrationText | undefined {
  const signIn = text.indexOf(SIGN_IN);
  if (signIn < 0) return undefined;
  const domain = text.slice(text.lastIndexOf('\n', signIn) + 1, signIn);
  let rest = text.slice(signIn + SIGN_IN.length).replace(/^\n+/, '');
  const values: string[] = [domain];
  for (const label of LABELS) {
    const at = rest.indexOf(label);
    if (at < 0) return undefined;
    values.push(withoutFeeds(rest.slice(0, at)));
    rest = rest.slice(at + label.length);
  }
  const lineEnd = rest.indexOf('\n');
  const expiry = lineEnd < 0 ? rest : rest.slice(0, lineEnd);
  values.push(expiry);
  if (values.some((value) => value === '' || value.includes('\n'))) return undefined;
  const nonces = generation === 1 ? noncesOf(rest.slice(expiry.length)) : [];
  if (!nonces) return undefined;
  return { domain, publicKey: values[2]!, expiry, nonces };
}

/** The list behind `Resources:`, which has one item at least. */
function noncesOf(text: string): ProviderNonce[] | undefined {
  const rest = text.replace(/^\n+/, '');
  if (!rest.startsWith(`${RESOURCES}\n`)) return undefined;
  const items: ProviderNonce[] = [];
  for (const line of rest.slice(RESOURCES.length).replace(/^\n+/, '').split('\n')) {
    const item = nonceOf(line);
    if (item) items.push({ operator: item.operator, nonce: item.nonce });
    if (item?.rest !== '') break;
  }
  return items.length > 0 ? items : undefined;
}

/** `- SP 0x… (name: SP_001) with nonce: 1`, and what follows in the line: then the list is at its end. */
function nonceOf(line: string): (ProviderNonce & { rest: string }) | undefined {
  const [start, name, end] = ['- SP ', ' (name:', ') with nonce: '];
  const nameAt = line.indexOf(name);
  const endAt = line.lastIndexOf(end);
  if (!line.startsWith(start) || nameAt <= start.length || endAt < nameAt) return undefined;
  // the name is two characters at least, and does not end in a space
  if (!/.\S$/.test(line.slice(nameAt + name.length, endAt))) return undefined;
  const tail = line.slice(endAt + end.length);
  const nonce = /^\d+/.exec(tail)?.[0];
  if (nonce === undefined) return undefined;
  return { operator: line.slice(start.length, nameAt), nonce, rest: tail.slice(nonce.length) };
}

function withoutFeeds(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '\n') end--;
  return text.slice(0, end);
}
