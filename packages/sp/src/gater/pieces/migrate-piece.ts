/** A piece for the provider that its bucket or group moves to (`reference/sp-to-sp.md` §4.3). */
import { greenfieldPermission } from '@prairie/chain';
import { contentTime, MigrateGVGTask, MigratePieceTask, nowSeconds, type ObjectOnChain } from '@prairie/gfsp';
import { segmentKey } from '@prairie/redundancy';
import { isReplicated, secondaryPieceKey } from '../../common/pieces.ts';
import { gatewayErrors } from '../errors.ts';
import { headerTask, taskSigner } from '../header-message.ts';
import type { Gateway, Handler } from '../http/handler.ts';
import { onChain } from '../provider-state.ts';
import { pieceSizeOf, readPart, type Segment, segmentOf } from './fetch-piece.ts';
import { sendPiece } from './send-piece.ts';

export const MIGRATE_GVG_MSG_HEADER = 'X-Gnfd-Migrate-GVG-Msg';
export const MIGRATE_PIECE_MSG_HEADER = 'X-Gnfd-Migrate-Piece-Msg';

const { EFFECT_ALLOW } = greenfieldPermission.Effect;

export const migratePiece: Handler = async (gateway, request, response) => {
  const migration = headerTask(MigrateGVGTask, request, MIGRATE_GVG_MSG_HEADER);
  const task = headerTask(MigratePieceTask, request, MIGRATE_PIECE_MSG_HEADER);
  if (migration.expire_time < nowSeconds()) throw gatewayErrors.noPermission('the signature of the migration is over');
  const operator = taskSigner(MigrateGVGTask, migration);
  await requireMigration(gateway, migration, operator);
  const segment = await segmentToMigrate(gateway, migration, task);
  const { redundancy_idx: index } = task;
  const { redundant_data_chunk_num: data, redundant_parity_chunk_num: parity } =
    segment.storage_params.versioned_params;
  if (index < -1 || index >= data + parity) throw gatewayErrors.redundancyIndex();
  const { object_info } = segment;
  const isWhole = index < 0 || isReplicated(object_info);
  const key = isWhole
    ? segmentKey(object_info.id, segment.index, object_info.version)
    : secondaryPieceKey(object_info, segment.index, index);
  const size = isWhole ? segment.length : pieceSizeOf(segment);
  const bytes = readPart(gateway, segment, { key, length: size, reader: operator });
  await sendPiece({ size, bytes }, request, response);
};

/** The chain has to have told that the bucket, or the group, goes to the signer. @throws gateway 50004 */
async function requireMigration(gateway: Gateway, migration: MigrateGVGTask, operator: string): Promise<void> {
  const { client, consensus } = gateway.dependencies;
  const sender = await onChain(consensus.spByOperator(operator));
  if (!sender) throw gatewayErrors.noPermission('the signature of the migration is not of a provider');
  const { bucket_id, src_gvg } = migration;
  const effect = await client.metadata.verifyMigrateGvgPermission(bucket_id, src_gvg?.id ?? 0, sender.id);
  if (effect !== EFFECT_ALLOW) throw gatewayErrors.noPermission('no such migration to the provider that signed');
}

/** Of an object that moves with what the signature is about. @throws gateway 50004, 50009 */
async function segmentToMigrate(gateway: Gateway, migration: MigrateGVGTask, task: MigratePieceTask): Promise<Segment> {
  // every piece of an object is asked for with the same questions
  const { consensus, recent } = gateway.dependencies;
  const asked = task.object_info;
  if (!asked) throw gatewayErrors.invalidHeader(`${MIGRATE_PIECE_MSG_HEADER}: object_info is needed`);
  const found = await onChain(recent.object(asked.bucket_name, asked.object_name));
  if (!found) throw gatewayErrors.invalidHeader('no such object on the chain');
  if (!(await movesWith(gateway, migration, found))) {
    throw gatewayErrors.noPermission('the object is not in what migrates');
  }
  const { object_info } = found;
  const storage_params = await onChain(consensus.storageParams(contentTime(object_info)));
  return segmentOf(object_info, storage_params, task.segment_idx);
}

/** The permission is for one bucket, or for one group. */
async function movesWith(
  gateway: Gateway,
  { bucket_id, src_gvg }: MigrateGVGTask,
  { object_info, global_virtual_group }: ObjectOnChain,
): Promise<boolean> {
  if (bucket_id === 0n) return global_virtual_group?.id === src_gvg?.id;
  const bucket = await onChain(gateway.dependencies.recent.bucket(object_info.bucket_name));
  return bucket?.bucket_info.id === bucket_id;
}
