/** Rules for names of buckets and objects, the same on the chain and at a gateway (`reference/gateway-http.md` §1.6). */

const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const IP_ADDRESS = /^\d+\.\d+\.\d+\.\d+$/;
const MAX_OBJECT_NAME_BYTES = 1024;

/** What is wrong with a bucket's name; undefined when nothing is. */
export function bucketNameProblem(name: string): string | undefined {
  if (!BUCKET_NAME.test(name)) {
    return `${quoted(name)} must have 3–63 of a-z 0-9 . - and begin and end with a letter or digit`;
  }
  if (IP_ADDRESS.test(name)) return `${quoted(name)} must not look like an IP address`;
  if (/\.\.|\.-|-\./.test(name)) return `${quoted(name)} must not contain .. .- or -.`;
  return undefined;
}

/** What is wrong with an object's name; undefined when nothing is. */
export function objectNameProblem(name: string): string | undefined {
  const length = Buffer.byteLength(name);
  if (length === 0 || length > MAX_OBJECT_NAME_BYTES || name.trim() === '') {
    return `${quoted(name)} must have 1–${MAX_OBJECT_NAME_BYTES} bytes and not be blank`;
  }
  if (!isWellFormed(name)) return `${quoted(name)} must be valid UTF-8`;
  return prefixProblem(name);
}

/** As {@link objectNameProblem} for the beginning of a name, which may be empty. */
export function prefixProblem(prefix: string): string | undefined {
  if (!isWellFormed(prefix)) return `${quoted(prefix)} must be valid UTF-8`;
  if (prefix.includes('//')) return `${quoted(prefix)} must not contain //`;
  if (prefix.split('/').some((part) => part.trim() === '.' || part.trim() === '..')) {
    return `${quoted(prefix)} must not have . or .. as a path component`;
  }
  return undefined;
}

/** Bytes that were not UTF-8 arrive as replacement characters; JavaScript text may hold lone surrogates. */
export const isWellFormed = (text: string): boolean => text.isWellFormed() && !text.includes('\ufffd');

const quoted = (text: string) => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
