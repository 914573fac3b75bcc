/** What lists and heads of objects and buckets say (`reference/gateway-http.md` §5.9). */
import { child, childText, type XmlElement } from './xml.ts';

export interface ListedObject {
  name: string;
  size: bigint;
  status: number;
  contentType: string;
  createdAt: bigint;
}

/** An object as the provider's tables have it. */
export interface ObjectHead extends ListedObject {
  id: bigint;
  owner: string;
  /** `0x` and 64 hex digits; zeros before the seal. */
  sealTxHash: string;
}

export interface ObjectListing {
  objects: ListedObject[];
  commonPrefixes: string[];
  /** Pass it back for the next page; empty on the last. */
  continuationToken: string;
}

export interface ListedBucket {
  name: string;
  id: bigint;
  visibility: number;
  createdAt: bigint;
  removed: boolean;
}

export function listedObject(element: XmlElement): ListedObject {
  const info = child(element, 'ObjectInfo') ?? element;
  return {
    name: childText(info, 'ObjectName'),
    size: BigInt(childText(info, 'PayloadSize') || 0),
    status: Number(childText(info, 'ObjectStatus')),
    contentType: childText(info, 'ContentType'),
    createdAt: BigInt(childText(info, 'CreateAt') || 0),
  };
}

export function listedBucket(element: XmlElement): ListedBucket {
  const info = child(element, 'BucketInfo') ?? element;
  return {
    name: childText(info, 'BucketName'),
    id: BigInt(childText(info, 'Id') || 0),
    visibility: Number(childText(info, 'Visibility')),
    createdAt: BigInt(childText(info, 'CreateAt') || 0),
    removed: childText(element, 'Removed') === 'true',
  };
}
