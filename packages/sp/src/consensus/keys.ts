/** What is asked, in one text and back. */

/** No bucket has a slash in its name. */
export const objectKey = (bucket: string, object: string): string => `${bucket}/${object}`;

export const objectAsked = (key: string): [bucket: string, object: string] => splitAt(key, '/');

export const localGroupKey = (bucketId: bigint, id: number): string => `${bucketId}/${id}`;

export function localGroupAsked(key: string): [bucketId: bigint, id: number] {
  const [bucketId, id] = splitAt(key, '/');
  return [BigInt(bucketId), Number(id)];
}

/** Who, what, and of which bucket or object. */
export function permissionKey(operator: string, bucket: string, object: string, action: number): string {
  return `${operator} ${action} ${objectKey(bucket, object)}`;
}

export function permissionAsked(key: string): [operator: string, bucket: string, object: string, action: number] {
  const [operator, rest] = splitAt(key, ' ');
  const [action, place] = splitAt(rest, ' ');
  return [operator, ...objectAsked(place), Number(action)];
}

function splitAt(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return [text.slice(0, at), text.slice(at + mark.length)];
}
