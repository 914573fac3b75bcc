/** MsgSetTag (§9). */
import { greenfieldPermission, greenfieldStorage as storage } from '@prairie/chain';
import { type Context, type MessageHandler, message } from '../../context.ts';
import { formatGrn, parseGrn } from './grn.ts';
import { checkAddress, checkTags } from './names.ts';
import { type Found, findTagged } from './resources.ts';
import type { Services } from './services.ts';

const { ACTION_UPDATE_BUCKET_INFO, ACTION_UPDATE_GROUP_INFO, ACTION_UPDATE_OBJECT_INFO } =
  greenfieldPermission.ActionType;

export function tagMessages(services: Services): MessageHandler[] {
  return [
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
        setTags(services, ctx, found, msg.operator, msg.tags);
        ctx.emitTyped(storage.EventSetTag, { resource: formatGrn(found.grn), tags: msg.tags });
        return {};
      },
    }),
  ];
}

function setTags(
  { store, access }: Services,
  ctx: Context,
  found: Found,
  operator: string,
  tags: storage.ResourceTags | undefined,
): void {
  switch (found.kind) {
    case 'bucket':
      access.requireBucket(ctx, found.bucket, operator, ACTION_UPDATE_BUCKET_INFO);
      return store.setBucket({ ...found.bucket, tags });
    case 'object':
      access.requireObject(ctx, found.bucket, found.object, operator, ACTION_UPDATE_OBJECT_INFO);
      return store.setObject({ ...found.object, tags });
    case 'group':
      access.requireGroup(ctx, found.group, operator, ACTION_UPDATE_GROUP_INFO);
      return store.setGroup({ ...found.group, tags });
  }
}
