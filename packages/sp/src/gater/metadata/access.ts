/** Who may do what (`reference/metadata-api.md` §6.5, §6.6, §6.10). */
import { greenfieldPermission, greenfieldResource } from '@prairie/chain';
import { gatewayErrors } from '../errors.ts';
import type { Handler } from '../http/handler.ts';
import { sendXml } from '../http/reply.ts';
import { requireBucketName, requireObjectName } from '../names.ts';
import { policy } from './metadata-xml.ts';
import { action, address, checkedAddress, cursor, pageLimit, text, uint32, uint64 } from './params.ts';

const { EFFECT_ALLOW, EFFECT_DENY } = greenfieldPermission.Effect;
const { RESOURCE_TYPE_BUCKET, RESOURCE_TYPE_GROUP, RESOURCE_TYPE_OBJECT } = greenfieldResource.ResourceType;
const RESOURCES: readonly number[] = [RESOURCE_TYPE_BUCKET, RESOURCE_TYPE_OBJECT, RESOURCE_TYPE_GROUP];

/** No policy says anything: that is a no. */
const answerOf = (effect: number) => ({ Effect: effect === EFFECT_ALLOW ? EFFECT_ALLOW : EFFECT_DENY });

export const verifyPermission: Handler = async (gateway, request, response) => {
  const { operator = '', action: asked = '' } = request.place.params;
  const { bucket } = request.place;
  const object = text(request, 'object');
  const account = checkedAddress('operator', operator);
  requireBucketName(bucket);
  if (object !== '') requireObjectName(object);
  const { metadata } = gateway.dependencies.client;
  const effect = await metadata.verifyPermission(account, bucket, object, action(asked));
  sendXml(response, 'QueryVerifyPermissionResponse', answerOf(effect));
};

export const verifyPermissionById: Handler = async (gateway, request, response) => {
  const operator = address(request, 'operator');
  const id = uint64(request, 'resource-id');
  const type = uint32(request, 'resource-type');
  if (!RESOURCES.includes(type)) {
    throw gatewayErrors.invalidQuery(`resource-type: 1 (bucket), 2 (object) or 3 (group) is expected, got ${type}`);
  }
  const { metadata } = gateway.dependencies.client;
  const effect = await metadata.verifyPermissionById(operator, type, id, action(text(request, 'action-type')));
  sendXml(response, 'QueryVerifyPermissionResponse', answerOf(effect));
};

export const listObjectPolicies: Handler = async (gateway, request, response) => {
  const { bucket, object } = request.place;
  requireBucketName(bucket);
  requireObjectName(object);
  const policies = await gateway.dependencies.client.metadata.listObjectPolicies({
    bucket_name: bucket,
    object_name: object,
    action: action(text(request, 'action-type')),
    start_after: cursor(request),
    limit: pageLimit(request),
  });
  sendXml(response, 'GfSpListObjectPoliciesResponse', { Policies: policies.map(policy) });
};
