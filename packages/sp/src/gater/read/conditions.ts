/** Conditional requests (RFC 9110 §13), which the reference does not know: its answers carry nothing to compare. */
import type { IncomingHttpHeaders } from 'node:http';
import type { greenfieldStorage } from '@prairie/chain';
import { contentTime } from '@prairie/gfsp';

/** What tells one content of an object from another. */
export interface Validators {
  /** Quoted, strong; undefined while the chain has no checksum of the content. */
  readonly etag: string | undefined;
  /** Unix milliseconds, whole seconds. */
  readonly modified: number;
}

/** The content's integrity hash, and its version: an update back to an old content is still another one. */
export function validatorsOf(object: greenfieldStorage.ObjectInfo): Validators {
  const [checksum] = object.checksums;
  const hash = checksum && Buffer.from(checksum.buffer, checksum.byteOffset, checksum.byteLength).toString('hex');
  const version = object.version === 0n ? '' : `-v${object.version}`;
  return { etag: hash ? `"${hash}${version}"` : undefined, modified: Number(contentTime(object)) * 1000 };
}

export type Verdict =
  /** Send it. */
  | 'send'
  /** 304: the client has it. */
  | 'unchanged'
  /** 412: it is not what the client wants it to be. */
  | 'failed';

/** In the order of RFC 9110 §13.2.2. */
export function judge(headers: IncomingHttpHeaders, validators: Validators): Verdict {
  const { 'if-match': match, 'if-none-match': noneMatch } = headers;
  const { 'if-unmodified-since': unmodifiedSince, 'if-modified-since': modifiedSince } = headers;
  if (match !== undefined) {
    if (!isListed(match, validators.etag)) return 'failed';
  } else if (unmodifiedSince !== undefined && validators.modified > timeOf(unmodifiedSince, Number.POSITIVE_INFINITY)) {
    return 'failed';
  }
  if (noneMatch !== undefined) return isListed(noneMatch.replaceAll('W/', ''), validators.etag) ? 'unchanged' : 'send';
  if (modifiedSince === undefined) return 'send';
  return validators.modified <= timeOf(modifiedSince, Number.NEGATIVE_INFINITY) ? 'unchanged' : 'send';
}

/** Whether `Range` counts: not when `If-Range` names another content (RFC 9110 §13.1.5). */
export function isRangeWanted(headers: IncomingHttpHeaders, validators: Validators): boolean {
  const condition = headers['if-range'];
  if (typeof condition !== 'string') return true;
  if (condition.includes('"')) return condition.trim() === validators.etag;
  return timeOf(condition, Number.NaN) === validators.modified;
}

/** Tags have no comma here: they are ours, and what is not ours matches nothing. */
function isListed(list: string, etag: string | undefined): boolean {
  if (list.trim() === '*') return true;
  return etag !== undefined && list.split(',').some((tag) => tag.trim() === etag);
}

/** Milliseconds; `otherwise` for what is no time, which the RFC lets go unheeded. */
function timeOf(text: string, otherwise: number): number {
  const time = Date.parse(text);
  return Number.isNaN(time) ? otherwise : time;
}
