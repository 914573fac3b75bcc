import type { GivenValue } from '@prairie/sp';

/** Of `Section.Key=value`. */
export function givenValue(pair: string): GivenValue {
  const at = pair.indexOf('=');
  return { path: pair.slice(0, at), text: pair.slice(at + 1), source: '--set' };
}
