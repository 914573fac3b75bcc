/** Whether the deposits of groups are there, and lists and counts say the same as the groups (a walk over all groups). */
import { isDeepStrictEqual } from 'node:util';
import { greenfieldVirtualgroup as vg } from '@prairie/chain';
import type { VirtualGroupKeeper } from './keeper.ts';

type Statistics = vg.GVGStatisticsWithinSP;

/** What is wrong, a sentence each; none when all is sound. */
export function auditVirtualGroups(keeper: VirtualGroupKeeper): string[] {
  const findings: string[] = [];
  const held = keeper.deps.bank.balance(keeper.moduleAddress);
  let deposited = 0n;
  for (const gvg of keeper.groups.allGvgs()) {
    deposited += gvg.total_deposit;
    if (gvg.stored_size < 0n) findings.push(`group ${gvg.id} stores ${gvg.stored_size} bytes`);
    const listed = keeper.family(gvg.family_id)?.global_virtual_group_ids ?? [];
    if (!listed.includes(gvg.id)) findings.push(`group ${gvg.id} is not in its family ${gvg.family_id}`);
  }
  if (held !== deposited) findings.push(`the virtualgroup account holds ${held} wei, deposits are ${deposited}`);
  return [...findings, ...auditFamilies(keeper), ...auditStatistics(keeper)];
}

function auditFamilies(keeper: VirtualGroupKeeper): string[] {
  const findings: string[] = [];
  for (const [, family] of keeper.groups.families.range()) {
    for (const id of family.global_virtual_group_ids) {
      const of = keeper.gvg(id)?.family_id;
      if (of !== family.id) findings.push(`family ${family.id} lists group ${id}, which is of family ${of}`);
    }
    const { primary_sp_id: primary, id } = family;
    if (keeper.groups.statistics.familiesOf(primary)?.includes(id)) continue;
    findings.push(`family ${id} is not in the list of its primary, provider ${primary}`);
  }
  return findings;
}

/** Counted again from the groups. */
function auditStatistics(keeper: VirtualGroupKeeper): string[] {
  const counted = new Map<number, Statistics>();
  const of = (id: number): Statistics => {
    const present = counted.get(id) ?? vg.GVGStatisticsWithinSP.create({ storage_provider_id: id });
    counted.set(id, present);
    return present;
  };
  for (const { primary_sp_id: primary, secondary_sp_ids: secondaries } of keeper.groups.allGvgs()) {
    of(primary).primary_count++;
    if (secondaries.includes(primary)) of(primary).break_redundancy_reqmt_gvg_count++;
    for (const id of secondaries) of(id).secondary_count++;
  }
  for (const { storage_provider_id } of keeper.groups.statistics.all()) of(storage_provider_id);
  return [...counted.values()]
    .filter(
      (expected) => !isDeepStrictEqual(expected, { ...keeper.groups.statistics.of(expected.storage_provider_id) }),
    )
    .map(({ storage_provider_id: id }) => `the statistics of provider ${id} differ from its groups`);
}
