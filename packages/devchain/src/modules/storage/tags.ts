/** MsgSetTag (§9). */
import { greenfieldPermission, sameAddress, greenfieldStorage as storage } from '@prairie/chain';
import { type Context, type MessageHandler, message } from '../../context.ts';
import { since } from '../permission/index.ts';
import { storageErrors as errors } from './errors.ts';
import { formatGrn, parseGrn } from './grn.ts';
import { checkAddress, checkTags } from './names.ts';
import { type Found, findTagged } from './resources.ts';
import type { Services } from './services.ts';

const { ACTION_UPDATE_BUCKET_INFO, ACTION_UPDATE_GROUP_INFO, ACTION_UPDATE_OBJECT_INFO } =
  greenfieldPermission.ActionType;

export function tagMessages(services: Services): MessageHandler[] {
  return [
    since(
      'Manchurian',
      message<storage.MsgSetTag>({
        type: storage.MsgSetTag,
        response: storage.MsgSetTagResponse,
        signers: (msg) => [msg.operator],
        validateBasic(msg) {
          checkAddress(msg.operator, 'operator');
          parseGrn(msg.resource, true);
          checkTags(msg.tags?.tags ?? []);
        },
        handle(ctx, msg) {
          const found = findTagged(services, msg.resource);
          requireMayTag(services, ctx, found, msg.operator);
          setTags(services, found, msg.tags);
          ctx.emitTyped(storage.EventSetTag, { resource: formatGrn(found.grn), tags: msg.tags });
          return {};
        },
      }),
    ),
  ];
}

function requireMayTag(services: Services, ctx: Context, found: Found, operator: string): void {
  if (ctx.has('Ural'))
    requirePermission(services, ctx, found, operator); // Ural: not the owner alone may tag
  else if (!sameAddress(found.owner, operator)) throw errors.accessDenied(`${operator} is not the owner`);
}

function requirePermission({ access }: Services, ctx: Context, found: Found, operator: string): void {
  switch (found.kind) {
    case 'bucket':
      return access.requireBucket(ctx, found.bucket, operator, ACTION_UPDATE_BUCKET_INFO);
    case 'object':
      return access.requireObject(ctx, found.bucket, found.object, operator, ACTION_UPDATE_OBJECT_INFO);
    case 'group':
      return access.requireGroup(ctx, found.group, operator, ACTION_UPDATE_GROUP_INFO);
  }
}

function setTags({ store }: Services, found: Found, tags: storage.ResourceTags | undefined): void {
  switch (found.kind) {
    case 'bucket':
      return store.setBucket({ ...found.bucket, tags });
    case 'object':
      return store.setObject({ ...found.object, tags });
    case 'group':
      return store.setGroup({ ...found.group, tags });
  }
}
