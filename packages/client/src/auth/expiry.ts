/** Request expiry (`reference/gateway-http.md` §2.2). */

export const EXPIRY_HEADER = 'X-Gnfd-Expiry-Timestamp';

/** A request may be valid for seven days at most. */
export const MAX_EXPIRY_SECONDS = 7 * 24 * 3600;

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** Whether `text` is RFC 3339 and names a time from now (up to 0.999 s ago) to seven days from now. */
export function isExpiryValid(text: string, nowMs: number = Date.now()): boolean {
  if (!RFC3339.test(text)) return false;
  const left = Math.trunc((Date.parse(text) - nowMs) / 1000);
  return left >= 0 && left <= MAX_EXPIRY_SECONDS;
}

/** `seconds` from now, as clients write it: no fraction. */
export function expiryText(seconds: number, nowMs: number = Date.now()): string {
  return `${new Date(nowMs + seconds * 1000).toISOString().slice(0, 19)}Z`;
}
