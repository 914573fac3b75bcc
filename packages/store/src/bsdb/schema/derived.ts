/** Rows that follow from others: made once, and kept up by whoever writes those. */
import { ALL_SHARDS, shardTable } from '../../shards.ts';
import type { Schema } from '../../sql/schema.ts';
import { familyTable, gvgSecondaryTable, gvgTable } from './providers.ts';
import { objectTable } from './resources.ts';
import { objectCountTable } from './statistics.ts';

/** Rows of one INSERT. */
const AT_ONCE = 500;

/** In which groups each provider is a secondary. */
export async function noteSecondaries(schema: Schema): Promise<void> {
  const { rows } = await schema.connection.execute(
    `SELECT global_virtual_group_id, secondary_sp_ids FROM ${gvgTable.name} WHERE secondary_sp_ids IS NOT NULL`,
  );
  const { secondary_sp_ids } = gvgTable.columns;
  const pairs = rows.flatMap((row) =>
    secondary_sp_ids.decode(row.secondary_sp_ids!).map((spId) => `(${spId}, ${Number(row.global_virtual_group_id)})`),
  );
  const distinct = [...new Set(pairs)];
  await schema.execute(`DELETE FROM ${gvgSecondaryTable.name}`);
  for (let at = 0; at < distinct.length; at += AT_ONCE) {
    await schema.execute(
      `INSERT INTO ${gvgSecondaryTable.name} (sp_id, global_virtual_group_id) VALUES ${distinct.slice(at, at + AT_ONCE)}`,
    );
  }
}

/** A row for each part of the table of objects. */
export async function countObjects(schema: Schema): Promise<void> {
  await schema.execute(`DELETE FROM ${objectCountTable.name}`);
  for (const shard of ALL_SHARDS) {
    await schema.execute(
      `INSERT INTO ${objectCountTable.name} (shard, total, sealed, discontinued)
       SELECT ${shard}, count(*),
         coalesce(sum(CASE WHEN status = 'OBJECT_STATUS_SEALED' THEN 1 ELSE 0 END), 0),
         coalesce(sum(CASE WHEN status = 'OBJECT_STATUS_DISCONTINUED' THEN 1 ELSE 0 END), 0)
       FROM ${shardTable(objectTable.name, shard)}`,
    );
  }
}

/** Groups of families that do not tell them: the reference never writes them. */
export async function fillFamilies(schema: Schema): Promise<void> {
  const { rows } = await schema.connection.execute(
    `SELECT family_id, global_virtual_group_id FROM ${gvgTable.name} WHERE removed = false
     ORDER BY family_id, global_virtual_group_id`,
  );
  for (const [family, groups] of Map.groupBy(rows, ({ family_id }) => Number(family_id))) {
    const ids = groups.map((row) => Number(row.global_virtual_group_id)).join(',');
    await schema.execute(
      `UPDATE ${familyTable.name} SET global_virtual_group_ids = '${ids}'
       WHERE global_virtual_group_family_id = ${family} AND global_virtual_group_ids IS NULL`,
    );
  }
}
