/** Many things at once, by their ids (`reference/metadata-api.md` §6.8). */
import type { Handler } from '../http/handler.ts';
import { sendXml } from '../http/reply.ts';
import type { XmlNode } from '../http/xml.ts';
import { bucketRecord, groupRecord, objectMeta } from './metadata-xml.ts';
import { idList } from './params.ts';

/** One entry for each id that was asked for; without a value where nothing was found. */
function entries<T>(ids: readonly bigint[], found: ReadonlyMap<bigint, T>, render: (value: T) => XmlNode): XmlNode[] {
  return ids.map((id) => {
    const value = found.get(id);
    return { Id: id, Value: value && render(value) };
  });
}

export const listObjectsByIds: Handler = async (gateway, request, response) => {
  const ids = idList(request);
  const found = await gateway.dependencies.client.metadata.listObjectsByIds(ids);
  sendXml(response, 'GfSpListObjectsByIDsResponse', { ObjectEntry: entries(ids, found, objectMeta) });
};

export const listBucketsByIds: Handler = async (gateway, request, response) => {
  const ids = idList(request);
  const found = await gateway.dependencies.client.metadata.listBucketsByIds(ids);
  sendXml(response, 'GfSpListBucketsByIDsResponse', { BucketEntry: entries(ids, found, bucketRecord) });
};

export const listGroupsByIds: Handler = async (gateway, request, response) => {
  const ids = idList(request);
  const found = await gateway.dependencies.client.metadata.listGroupsByIds(ids);
  sendXml(response, 'GfSpListGroupsByIDsResponse', { GroupEntry: entries(ids, found, groupRecord) });
};
