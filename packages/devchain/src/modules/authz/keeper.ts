/** Grants: who may send which messages in whose name, and until when. */
import { type AnyMessage, cosmosAuthzV1beta1 as authz, type googleProtobuf, toChecksumAddress } from '@prairie/chain';
import type { Context, State, Table } from '../../context.ts';
import { addressKey, joinKey } from '../../keys.ts';
import { textCodec } from '../../state/codecs.ts';
import { compareTimes, isBefore, timeKey } from '../permission/time.ts';
import { acceptMessage, messageUrlOf } from './authorizations.ts';
import { authzErrors } from './errors.ts';
import { EventGrant, EventRevoke } from './events.ts';

/** Expired grants that one block removes; until its turn comes an expired grant is there and cannot be used. */
const MAX_PRUNED_PER_BLOCK = 200;

export interface Parties {
  granter: string;
  grantee: string;
}

const keyOf = ({ granter, grantee }: Parties, messageUrl: string): string =>
  joinKey(addressKey(granter), addressKey(grantee), messageUrl);

const checksummed = ({ granter, grantee }: Parties): Parties => ({
  granter: toChecksumAddress(granter),
  grantee: toChecksumAddress(grantee),
});

export class AuthzKeeper {
  private readonly grants: Table<authz.GrantAuthorization>;
  /** Keys of grants by their expiration. */
  private readonly ends: Table<string>;

  constructor(state: State) {
    this.grants = state.table('authz/grants', authz.GrantAuthorization);
    this.ends = state.table('authz/ends', textCodec);
  }

  grant(parties: Parties, messageUrl: string): authz.GrantAuthorization | undefined {
    return this.grants.get(keyOf(parties, messageUrl));
  }

  /** By granter, grantee and message: those of a granter, or of a granter to a grantee, or all. */
  list(
    { granter, grantee }: Partial<Parties>,
    walk: { from?: string; reverse?: boolean } = {},
  ): Iterable<[string, authz.GrantAuthorization]> {
    const parts = [granter, grantee].filter((address) => address !== undefined).map(addressKey);
    const prefix = parts.length > 0 ? joinKey(...parts, '') : '';
    return this.grants.range({ ...walk, prefix });
  }

  /** Replaces a grant for the same message. @throws ChainError authz/3 for a time that is not in the future */
  save(ctx: Context, parties: Parties, { authorization, expiration }: authz.Grant): void {
    if (expiration && compareTimes(expiration, ctx.time) <= 0) {
      throw authzErrors.invalidExpiration(`block time ${ctx.time.seconds}, got ${expiration.seconds}`);
    }
    const msg_type_url = messageUrlOf(authorization!);
    this.write({ ...checksummed(parties), authorization, expiration }, msg_type_url);
    ctx.emitTyped(EventGrant, { msg_type_url, ...checksummed(parties) });
  }

  /** @throws ChainError authz/2 */
  revoke(ctx: Context, parties: Parties, messageUrl: string): void {
    const grant = this.grant(parties, messageUrl);
    if (!grant) throw authzErrors.notFound(`failed to delete grant of ${parties.granter} for ${messageUrl}`);
    this.remove(keyOf(parties, messageUrl), grant.expiration);
    ctx.emitTyped(EventRevoke, { msg_type_url: messageUrl, ...checksummed(parties) });
  }

  /**
   * Uses a grant for one message of the granter; what it allows becomes less, or the grant goes.
   * @throws ChainError authz/2 without a grant, authz/6, and what the authorisation says
   */
  accept(ctx: Context, parties: Parties, message: { typeUrl: string; value: AnyMessage }): void {
    const grant = this.grant(parties, message.typeUrl);
    if (!grant?.authorization) {
      const { granter, grantee } = checksummed(parties);
      throw authzErrors.notFound(`${granter} granted ${grantee} no ${message.typeUrl}`);
    }
    if (isBefore(grant.expiration, ctx.time)) throw authzErrors.expired();
    const authorization = acceptMessage(grant.authorization, message.value);
    if (!authorization) this.revoke(ctx, parties, message.typeUrl);
    else this.grants.set(keyOf(parties, message.typeUrl), { ...grant, authorization });
  }

  /** Removes grants whose time is over. */
  prune({ time }: Context): void {
    const now = timeKey(time);
    let count = 0;
    for (const [key, grantKey] of this.ends.range()) {
      if (count === MAX_PRUNED_PER_BLOCK || key.slice(0, now.length) > now) return;
      this.grants.delete(grantKey);
      this.ends.delete(key);
      count++;
    }
  }

  private write(grant: authz.GrantAuthorization, messageUrl: string): void {
    const key = keyOf(grant, messageUrl);
    this.remove(key, this.grants.get(key)?.expiration);
    this.grants.set(key, grant);
    if (grant.expiration) this.ends.set(joinKey(timeKey(grant.expiration), key), key);
  }

  private remove(key: string, expiration: googleProtobuf.Timestamp | undefined): void {
    this.grants.delete(key);
    if (expiration) this.ends.delete(joinKey(timeKey(expiration), key));
  }
}
