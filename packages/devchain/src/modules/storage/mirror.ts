/**
 * Messages that announce a bucket, object or group to another chain. Nothing relays between chains here, so by default
 * they are checked as far as they can be and refused. A chain that is told to queue them takes the relayer's fee and
 * marks the resource, which then waits for an answer for ever: it can be used and changed, but no longer deleted.
 */
import { sameAddress, greenfieldStorage as storage, toChecksumAddress } from '@prairie/chain';
import { type Context, type MessageHandler, message } from '../../context.ts';
import { idKey } from '../../keys.ts';
import { storageErrors as errors } from './errors.ts';
import { checkAddress, checkBucketName, checkGroupName, checkObjectName } from './names.ts';
import type { Services } from './services.ts';

const { SOURCE_TYPE_MIRROR_PENDING, SOURCE_TYPE_ORIGIN } = storage.SourceType;
const { OBJECT_STATUS_SEALED } = storage.ObjectStatus;

export interface MirrorQueue {
  /** Takes the fee, in wei, from who asks for the mirror. @throws ChainError when the balance is too small */
  charge(ctx: Context, payer: string, fee: bigint): void;
}

type Kind = 'bucket' | 'object' | 'group';

/** Chains that the network relays to, by id: of the mainnet, the testnet and local networks. */
const DESTINATIONS: Readonly<Record<number, 'bsc' | 'op'>> = {
  56: 'bsc',
  97: 'bsc',
  714: 'bsc',
  204: 'op',
  5611: 'op',
  2320: 'op',
};

export function mirrorMessages(services: Services, queue?: MirrorQueue): MessageHandler[] {
  const { store } = services;
  return [
    message<storage.MsgMirrorBucket>({
      type: storage.MsgMirrorBucket,
      response: storage.MsgMirrorBucketResponse,
      signers: (msg) => [msg.operator],
      validateBasic: (msg) => checkNamed(msg, () => checkBucketName(msg.bucket_name)),
      handle(ctx, msg) {
        const bucket = byIdOrName(msg.id, store.buckets, errors.noSuchBucket, () => store.bucket(msg.bucket_name));
        mirror(services, ctx, queue, { kind: 'bucket', resource: bucket, ...msg });
        store.setBucket({ ...bucket, source_type: SOURCE_TYPE_MIRROR_PENDING });
        const { bucket_name, id: bucket_id } = bucket;
        ctx.emitTyped(storage.EventMirrorBucket, { ...eventFields(msg), bucket_name, bucket_id });
        return {};
      },
    }),
    message<storage.MsgMirrorObject>({
      type: storage.MsgMirrorObject,
      response: storage.MsgMirrorObjectResponse,
      signers: (msg) => [msg.operator],
      validateBasic: (msg) =>
        checkNamed(msg, () => {
          checkBucketName(msg.bucket_name);
          checkObjectName(msg.object_name);
        }),
      handle(ctx, msg) {
        const byName = () => store.object(store.bucket(msg.bucket_name), msg.object_name);
        const object = byIdOrName(msg.id, store.objects, errors.noSuchObject, byName);
        if (object.object_status !== OBJECT_STATUS_SEALED) throw errors.objectNotSealed();
        mirror(services, ctx, queue, { kind: 'object', resource: object, ...msg });
        store.setObject({ ...object, source_type: SOURCE_TYPE_MIRROR_PENDING });
        const { bucket_name, object_name, id: object_id } = object;
        ctx.emitTyped(storage.EventMirrorObject, { ...eventFields(msg), bucket_name, object_name, object_id });
        return {};
      },
    }),
    message<storage.MsgMirrorGroup>({
      type: storage.MsgMirrorGroup,
      response: storage.MsgMirrorGroupResponse,
      signers: (msg) => [msg.operator],
      validateBasic: (msg) => checkNamed(msg, () => checkGroupName(msg.group_name)),
      handle(ctx, msg) {
        const byName = () => store.group(msg.operator, msg.group_name);
        const group = byIdOrName(msg.id, store.groups, errors.noSuchGroup, byName);
        mirror(services, ctx, queue, { kind: 'group', resource: group, ...msg });
        store.setGroup({ ...group, source_type: SOURCE_TYPE_MIRROR_PENDING });
        const { owner, group_name, id: group_id } = group;
        const { dest_chain_id } = msg;
        ctx.emitTyped(storage.EventMirrorGroup, { owner, group_name, group_id, dest_chain_id });
        return {};
      },
    }),
  ];
}

const isId = (id: string): boolean => id !== '' && id !== '0';

function checkNamed(msg: { operator: string; id: string }, checkName: () => void): void {
  checkAddress(msg.operator, 'operator');
  if (!isId(msg.id)) return checkName();
  if (!/^\d{1,78}$/.test(msg.id)) throw errors.invalidMessage(`id ${JSON.stringify(msg.id.slice(0, 80))}`);
}

/** Resources are named by their id, or by their name when that is missing. */
function byIdOrName<V>(
  id: string,
  table: { get(key: string): V | undefined },
  missing: () => Error,
  byName: () => V,
): V {
  if (!isId(id)) return byName();
  const found = table.get(idKey(BigInt(id)));
  if (!found) throw missing();
  return found;
}

interface Mirror {
  kind: Kind;
  resource: { owner: string; source_type: number };
  operator: string;
  dest_chain_id: number;
}

/** Everything but the change of the resource. @throws ChainError storage/1107, 3001, 3004 */
function mirror({ parameters }: Services, ctx: Context, queue: MirrorQueue | undefined, asked: Mirror): void {
  const { kind, resource, operator, dest_chain_id } = asked;
  if (!sameAddress(resource.owner, operator)) throw errors.accessDenied(`${operator} is not the owner of the ${kind}`);
  if (resource.source_type !== SOURCE_TYPE_ORIGIN) throw errors.alreadyMirrored(`source type ${resource.source_type}`);
  const destination = DESTINATIONS[dest_chain_id];
  if (!destination) throw errors.chainNotSupported(`no channel to chain ${dest_chain_id}`);
  if (!queue) throw errors.chainNotSupported(`chain ${dest_chain_id}: this chain has no relayer`);
  const params = parameters.get();
  const fee = params[`${destination}_mirror_${kind}_relayer_fee`];
  const ackFee = params[`${destination}_mirror_${kind}_ack_relayer_fee`];
  queue.charge(ctx, operator, BigInt(fee) + BigInt(ackFee));
}

const eventFields = ({ operator, dest_chain_id }: { operator: string; dest_chain_id: number }) => ({
  operator: toChecksumAddress(operator),
  dest_chain_id,
});
