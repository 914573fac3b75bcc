/** Who may fetch pieces because they move (`reference/metadata-api.md` §10, `gvg-permission`). */
import { greenfieldPermission } from '@prairie/chain';
import type { BsDbReader, BsdbSwapOut } from '@prairie/gfsp';

const { EFFECT_ALLOW, EFFECT_DENY } = greenfieldPermission.Effect;

/** A move that was completed still counts: the new provider may have lost a piece on its way. */
export async function mayMigrate(db: BsDbReader, bucketId: bigint, gvgId: number, dstSpId: number) {
  const may = await (bucketId !== 0n ? bucketMovesTo(db, bucketId, dstSpId) : groupGoesTo(db, gvgId, dstSpId));
  return may ? EFFECT_ALLOW : EFFECT_DENY;
}

async function bucketMovesTo({ events }: BsDbReader, bucketId: bigint, dstSpId: number): Promise<boolean> {
  const move = await events.latestMigration(bucketId);
  if (move?.dst_primary_sp_id !== dstSpId) return false;
  const [cancels, rejects] = await Promise.all([
    events.latestCancelMigrations([bucketId]),
    events.latestRejectMigrations([bucketId]),
  ]);
  return [...cancels, ...rejects].every((end) => end.create_at < move.create_at);
}

/** The latest swap of a provider of the group that is about it, or about its family. */
async function groupGoesTo({ events, virtualGroups }: BsDbReader, gvgId: number, dstSpId: number): Promise<boolean> {
  const gvg = await virtualGroups.gvg(gvgId);
  if (!gvg) return false;
  const isAbout = (swap: Swap) =>
    swap.global_virtual_group_family_id === gvg.family_id || swap.global_virtual_group_ids.includes(gvgId);
  const swaps = await events.swapOutsOf([gvg.primary_sp_id, ...gvg.secondary_sp_ids]);
  const latest = swaps.filter(isAbout).at(-1);
  if (latest?.successor_sp_id !== dstSpId) return false;
  const cancels = await events.cancelSwapOutsOf(latest.storage_provider_id);
  return cancels.filter(isAbout).every((cancel) => cancel.create_at < latest.create_at);
}

type Swap = Pick<BsdbSwapOut, 'global_virtual_group_family_id' | 'global_virtual_group_ids'>;
