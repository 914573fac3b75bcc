/** Which form of an answer a client wants, by `Accept` (RFC 9110 §12.5.1). */

/** More media ranges than any client has; what stands behind them is not read. */
const MAX_RANGES = 32;
const MAX_TEXT = 2000;
const WEIGHT = /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/**
 * Whether JSON is wanted more than XML. Who does not say so gets XML, which is what the network's clients expect:
 * without the header, with `*\/*`, and with types that no answer has.
 */
export function prefersJson(accept: string | undefined): boolean {
  const wanted = (accept ?? '').slice(0, MAX_TEXT).toLowerCase();
  // most clients want anything, and nothing has to be taken apart
  if (!wanted.includes('json')) return false;
  const ranges = wanted.split(',', MAX_RANGES).map(mediaRange);
  const weightOf = (...names: string[]) =>
    names.map((name) => ranges.find((range) => range.type === name)?.weight).find((weight) => weight !== undefined) ??
    0;
  const json = weightOf('application/json', 'application/*', '*/*');
  const xml = weightOf('application/xml', 'text/xml', 'application/*', '*/*');
  return json > xml;
}

/** A weight that is none leaves the range without any. */
function mediaRange(text: string): { type: string; weight: number } {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim());
  const weight = parameters.find((one) => one.startsWith('q='))?.slice(2) ?? '1';
  return { type, weight: WEIGHT.test(weight) ? Number(weight) : 0 };
}
