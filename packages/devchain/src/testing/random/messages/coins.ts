/** Random messages that move coins, and that let others pay fees (`reference/chain-state-machine.md` §3). */
import {
  cosmosBankV1beta1 as bank,
  cosmosFeegrantV1beta1 as feegrant,
  type googleProtobuf,
  packAny,
  unpackAny,
} from '@prairie/chain';
import { testKey } from '../../network.ts';
import { type Draft, FEE, type Kind } from '../draft.ts';
import type { World } from '../world.ts';
import { bnb, claim, draft, later } from './common.ts';

/** A grant of less may not cover the fee of a transaction here, wei. */
const AMPLE = 10n ** 20n;

export const coinKinds: readonly Kind[] = [
  { name: 'Send', weight: 4, make: send },
  { name: 'Send to a new account', weight: 0.5, make: sendToNew },
  { name: 'MultiSend', weight: 1, make: multiSend },
  { name: 'GrantAllowance', weight: 1.5, make: grant },
  { name: 'RevokeAllowance', weight: 0.5, make: revoke },
  { name: 'Send, the fee by a grant', weight: 2, make: sendByGrant },
];

const amount = (world: World): bigint => world.rng.magnitude(66);

function send(world: World): Draft {
  const from = world.richUser();
  const message = { from_address: from.address, to_address: world.user().address, amount: [bnb(amount(world))] };
  return draft(from, bank.MsgSend, message);
}

function sendToNew(world: World): Draft {
  const from = world.richUser();
  const to = testKey(world.name('nobody '));
  const message = { from_address: from.address, to_address: to.address, amount: [bnb(amount(world))] };
  return draft(from, bank.MsgSend, message);
}

function multiSend(world: World): Draft {
  const from = world.richUser();
  const outputs = world.rng
    .some(world.users, world.rng.between(1, 5))
    .map(({ address }) => ({ address, coins: [bnb(amount(world))] }));
  const total = outputs.reduce((sum, { coins }) => sum + coins[0]!.amount, 0n);
  const inputs = [{ address: from.address, coins: [bnb(total)] }];
  return draft(from, bank.MsgMultiSend, { inputs, outputs });
}

const granted = (world: World, granter: string, grantee: string) => world.keepers.feegrant.grant(granter, grantee);

function allowance(world: World) {
  const spend_limit = world.rng.chance(0.5) ? [bnb(AMPLE + amount(world))] : [];
  const expiration = world.rng.chance(0.5) ? later(world, world.rng.between(100, 10_000)) : undefined;
  const basic = { spend_limit, expiration };
  if (world.rng.chance(0.4)) return packAny(feegrant.BasicAllowance, basic);
  const periodic = packAny(feegrant.PeriodicAllowance, {
    basic,
    period: { seconds: 60n, nanos: 0 },
    period_spend_limit: [bnb(AMPLE)],
    period_can_spend: [bnb(AMPLE)],
    period_reset: later(world, 60),
  });
  if (world.rng.chance(0.5)) return periodic;
  return packAny(feegrant.AllowedMsgAllowance, { allowance: periodic, allowed_messages: [bank.MsgSend.typeUrl] });
}

function grant(world: World): Draft | undefined {
  const granter = world.richUser();
  const grantee = world.stranger(granter.address);
  if (granted(world, granter.address, grantee.address)) return undefined;
  const message = { granter: granter.address, grantee: grantee.address, allowance: allowance(world) };
  return draft(granter, feegrant.MsgGrantAllowance, message, {
    changes: [claim.grant(granter.address, grantee.address)],
  });
}

/** Who granted something to whom. */
function grantPair(world: World): { granter: string; grantee: string } | undefined {
  const all = [...world.keepers.feegrant.list({})].map(([, { granter, grantee }]) => ({ granter, grantee }));
  return world.rng.pick(all);
}

function revoke(world: World): Draft | undefined {
  const pair = grantPair(world);
  if (!pair) return undefined;
  const changes = [claim.grant(pair.granter, pair.grantee)];
  return draft(world.key(pair.granter)!, feegrant.MsgRevokeAllowance, pair, { changes });
}

function sendByGrant(world: World): Draft | undefined {
  const pair = grantPair(world);
  if (!pair || !world.isRich(pair.grantee) || !covers(world, granted(world, pair.granter, pair.grantee)!.allowance!)) {
    return undefined;
  }
  const from = world.key(pair.grantee)!;
  const message = { from_address: from.address, to_address: pair.granter, amount: [bnb(amount(world))] };
  const changes = [claim.grant(pair.granter, pair.grantee)];
  return draft(from, bank.MsgSend, message, { changes, granter: pair.granter });
}

/** Whether an allowance pays for one transaction that sends coins. */
function covers(world: World, allowance: googleProtobuf.Any): boolean {
  const { type, value } = unpackAny(allowance);
  switch (type.name) {
    case feegrant.AllowedMsgAllowance.name:
      return covers(world, value.allowance);
    case feegrant.PeriodicAllowance.name: {
      const { period_can_spend, period_reset } = value as feegrant.PeriodicAllowance;
      const inPeriod = period_reset!.seconds <= world.now || (period_can_spend[0]?.amount ?? 0n) >= FEE.amount;
      return inPeriod && coversBasic(world, value.basic);
    }
    default:
      return coversBasic(world, value as feegrant.BasicAllowance);
  }
}

function coversBasic(world: World, { expiration, spend_limit }: feegrant.BasicAllowance): boolean {
  const isOpen = expiration === undefined || expiration.seconds > world.now;
  return isOpen && (spend_limit.length === 0 || spend_limit[0]!.amount >= FEE.amount);
}
