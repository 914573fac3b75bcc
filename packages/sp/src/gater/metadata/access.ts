/** Who may do what (`reference/metadata-api.md` §6.5, §6.6, §6.10). */
import { greenfieldPermission, greenfieldResource } from '@prairie/chain';
import type { PolicyRecord } from '@prairie/gfsp';
import { gatewayErrors } from '../errors.ts';
import { answeredAs } from '../http/reply.ts';
import { answer, many, number } from '../http/shape.ts';
import { requireBucketName, requireObjectName } from '../names.ts';
import { action, address, checkedAddress, cursor, pageLimit, text, uint32, uint64 } from './params.ts';
import { policy } from './shapes.ts';

const { EFFECT_ALLOW, EFFECT_DENY } = greenfieldPermission.Effect;
const { RESOURCE_TYPE_BUCKET, RESOURCE_TYPE_GROUP, RESOURCE_TYPE_OBJECT } = greenfieldResource.ResourceType;
const RESOURCES: readonly number[] = [RESOURCE_TYPE_BUCKET, RESOURCE_TYPE_OBJECT, RESOURCE_TYPE_GROUP];

/** No policy says anything: that is a no. */
const verdict = answer<number>('QueryVerifyPermissionResponse', {
  Effect: number((effect) => (effect === EFFECT_ALLOW ? EFFECT_ALLOW : EFFECT_DENY)),
});
const policies = answer<PolicyRecord[]>('GfSpListObjectPoliciesResponse', { Policies: many(policy, (all) => all) });

export const verifyPermission = answeredAs(verdict, async (gateway, request) => {
  const { operator = '', action: asked = '' } = request.place.params;
  const { bucket } = request.place;
  const object = text(request, 'object');
  const account = checkedAddress('operator', operator);
  requireBucketName(bucket);
  if (object !== '') requireObjectName(object);
  const { metadata } = gateway.dependencies.client;
  return metadata.verifyPermission(account, bucket, object, action(asked));
});

export const verifyPermissionById = answeredAs(verdict, async (gateway, request) => {
  const operator = address(request, 'operator');
  const id = uint64(request, 'resource-id');
  const type = uint32(request, 'resource-type');
  if (!RESOURCES.includes(type)) {
    throw gatewayErrors.invalidQuery(`resource-type: 1 (bucket), 2 (object) or 3 (group) is expected, got ${type}`);
  }
  const { metadata } = gateway.dependencies.client;
  return metadata.verifyPermissionById(operator, type, id, action(text(request, 'action-type')));
});

export const listObjectPolicies = answeredAs(policies, async (gateway, request) => {
  const { bucket, object } = request.place;
  requireBucketName(bucket);
  requireObjectName(object);
  return gateway.dependencies.client.metadata.listObjectPolicies({
    bucket_name: bucket,
    object_name: object,
    action: action(text(request, 'action-type')),
    start_after: cursor(request),
    limit: pageLimit(request),
  });
});
