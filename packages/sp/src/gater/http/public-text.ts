import { GfSpError } from '@prairie/gfsp';

/** Files of this machine, and where its parts listen. What a client has sent may look so too, but that is not a 5xx. */
const PRIVATE: readonly (readonly [RegExp, string])[] = [
  [/(?<![\w/.-])\/(?:[\w.@+-]+\/)+[\w.@+-]*/g, '(a file)'],
  [/\b[A-Z]:\\[^\s'"]+/g, '(a file)'],
  [/\b[a-z]{2,8}:\/\/[^\s'"]+/g, '(an address)'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}:\d{1,5}\b/g, '(an address)'],
  [/\[[0-9a-f:]+\]:\d{1,5}|::1:\d{1,5}/gi, '(an address)'],
  [/\blocalhost:\d{1,5}\b/g, '(an address)'],
];

/**
 * What a client may read of an error. Of what went wrong inside it learns that, and by which id the log tells more:
 * paths, addresses of other modules and texts of libraries are nobody's business.
 */
export function publicText(error: unknown, requestId: string): string {
  const { httpStatus, message } = GfSpError.from(error);
  if (httpStatus < 500) return message;
  if (!(error instanceof GfSpError)) return `internal error: the provider's log tells more of request ${requestId}`;
  return PRIVATE.reduce((text, [pattern, shown]) => text.replace(pattern, shown), message);
}
