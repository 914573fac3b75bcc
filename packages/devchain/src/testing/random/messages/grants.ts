/** Random messages by which accounts act for others: authz. */
import {
  cosmosAuthzV1beta1 as authz,
  cosmosBankV1beta1 as bank,
  decode,
  packAny,
  sameAddress,
  greenfieldStorage as storage,
} from '@prairie/chain';
import type { Draft, Kind } from '../draft.ts';
import type { World } from '../world.ts';
import { bucketKinds } from './buckets.ts';
import { bnb, claim, draft, expiry } from './common.ts';
import { groupKinds } from './groups.ts';
import { objectKinds } from './objects.ts';

/** Messages that a random grant is for. */
const GRANTABLE = [storage.MsgCreateObject, storage.MsgCreateBucket, storage.MsgCreateGroup, storage.MsgDeleteObject];
/** Messages that are sent in the name of somebody else, or wrapped for no reason at all. */
const WRAPPED: readonly Kind[] = [...objectKinds, ...bucketKinds, ...groupKinds];

export const grantKinds: readonly Kind[] = [
  { name: 'Grant', weight: 2, make: grant },
  { name: 'Grant, to send coins', weight: 1, make: grantCoins },
  { name: 'Exec', weight: 6, make: execForOther },
  { name: 'Exec, to send coins', weight: 1.5, make: execCoins },
  { name: 'Exec, own message', weight: 1, make: execOwn },
  { name: 'Revoke', weight: 0.4, make: revoke },
];

const claimOf = (granter: string, grantee: string): string => claim.grant(granter, `${grantee} by authz`);

function save(world: World, authorization: ReturnType<typeof packAny>): Draft {
  const granter = world.richUser();
  const grantee = world.stranger(granter.address);
  const message = {
    granter: granter.address,
    grantee: grantee.address,
    grant: { authorization, expiration: expiry(world) },
  };
  return draft(granter, authz.MsgGrant, message, { changes: [claimOf(granter.address, grantee.address)] });
}

function grant(world: World): Draft {
  const { typeUrl } = world.rng.one<{ typeUrl: string }>(GRANTABLE);
  return save(world, packAny(authz.GenericAuthorization, { msg: typeUrl }));
}

function grantCoins(world: World): Draft {
  return save(world, packAny(bank.SendAuthorization, { spend_limit: [bnb(world.rng.magnitude(60) + 100n)] }));
}

/** Grants that hold in the block being filled. */
function grantsOf(world: World, granter?: string): authz.GrantAuthorization[] {
  const parties = granter === undefined ? {} : { granter };
  return [...world.keepers.authz.list(parties)]
    .map(([, one]) => one)
    .filter(({ expiration }) => expiration === undefined || expiration.seconds > world.now);
}

function exec(world: World, inner: Draft, grantee: string): Draft {
  const { type, value } = inner.message;
  const message = { grantee, msgs: [packAny(type, value)] };
  const granter = inner.signer.address;
  const { message: _, ...rest } = inner;
  const needs = [...(rest.needs ?? []), claimOf(granter, grantee)];
  return { ...rest, ...draft(world.key(grantee)!, authz.MsgExec, message), needs };
}

/** A message of somebody who granted another its kind. */
function execForOther(world: World): Draft | undefined {
  const inner = world.rng.weighted(WRAPPED).make(world);
  if (!inner) return undefined;
  const fits = ({ authorization: any }: authz.GrantAuthorization) =>
    any!.type_url === authz.GenericAuthorization.typeUrl &&
    Buffer.from(any!.value).includes(inner.message.type.typeUrl);
  const found = world.rng.pick(grantsOf(world, inner.signer.address).filter(fits));
  return found && exec(world, inner, found.grantee);
}

function execOwn(world: World): Draft | undefined {
  const inner = world.rng.weighted(WRAPPED).make(world);
  return inner && exec(world, inner, inner.signer.address);
}

/** Less than the limit, so that the grant stays. */
function execCoins(world: World): Draft | undefined {
  const found = world.rng.pick(
    grantsOf(world).filter(({ authorization }) => authorization!.type_url === bank.SendAuthorization.typeUrl),
  );
  if (!found || sameAddress(found.granter, found.grantee)) return undefined;
  const { granter, grantee } = found;
  const message = { from_address: granter, to_address: world.user().address, amount: [bnb(1n)] };
  const changes = [claimOf(granter, grantee)];
  const wrapped = { grantee, msgs: [packAny(bank.MsgSend, message)] };
  return draft(world.key(grantee)!, authz.MsgExec, wrapped, { changes });
}

function revoke(world: World): Draft | undefined {
  const found = world.rng.pick(grantsOf(world));
  if (!found) return undefined;
  const { granter, grantee } = found;
  const signer = world.key(granter);
  const msg_type_url = messageUrlOf(found);
  if (!signer || !world.key(grantee)) return undefined;
  const message = { granter, grantee, msg_type_url };
  return draft(signer, authz.MsgRevoke, message, { changes: [claimOf(granter, grantee)] });
}

function messageUrlOf({ authorization }: authz.GrantAuthorization): string {
  const { type_url, value } = authorization!;
  if (type_url === bank.SendAuthorization.typeUrl) return bank.MsgSend.typeUrl;
  return decode(authz.GenericAuthorization, value).msg;
}
