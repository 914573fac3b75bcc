/** `gnfd://bucket/object` as users write it. */
import { UsageError } from './output.ts';

export interface Target {
  bucket: string;
  /** Empty when the bucket itself is meant. */
  object: string;
}

export function parseTarget(text: string): Target {
  const match = /^gnfd:\/\/([^/]+)(?:\/(.*))?$/s.exec(text);
  if (!match)
    throw new UsageError(`expected gnfd://BUCKET/NAME, got ${text}`, 'write it like gnfd://my-bucket/a/file.txt');
  return { bucket: match[1]!, object: match[2] ?? '' };
}

export function parseObjectTarget(text: string): Target {
  const target = parseTarget(text);
  if (target.object === '')
    throw new UsageError(
      `${text} names a bucket, an object is needed`,
      `add its name: ${text.replace(/\/$/, '')}/NAME`,
    );
  return target;
}
