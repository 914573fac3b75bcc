import { type Consensus, type Logger, type Modules, retry } from '@prairie/gfsp';
import { awaitedContent } from '../common/awaited-content.ts';
import { awaitsContent, updateTime } from '../common/pieces.ts';
import type { AnyUploadTask, UploadRecords } from './records.ts';

export interface RejectionTools {
  client: Modules;
  consensus: Pick<Consensus, 'objectById' | 'shadowObject'>;
  records: Pick<UploadRecords, 'isOurs'>;
  logger: Logger;
  signal: AbortSignal;
}

/**
 * Rejects an object on chain: at most three transactions, 3 s apart (`reference/tasks-and-manager.md` §8.4). They name it
 * by its name, which may be another object's by then: so each is sent only while the chain awaits this very content, and
 * the upload is still in this uploader's hand.
 */
export async function rejectUnsealed(task: AnyUploadTask, tools: RejectionTools): Promise<void> {
  const { client, records, logger, signal } = tools;
  const { id, bucket_name, object_name } = task.object_info;
  try {
    await retry({ attempts: 3, baseMs: 3000, maxMs: 3000, signal }, async () => {
      if (!(await isAwaited(task, tools)) || !(await records.isOurs(task))) return;
      await client.signer.broadcast('reject_object_info', { operator: '', bucket_name, object_name });
    });
  } catch (error) {
    logger.error('an object was not rejected on chain', { object_id: id, error });
  }
}

async function isAwaited({ object_info }: AnyUploadTask, { consensus }: RejectionTools): Promise<boolean> {
  const onChain = (await consensus.objectById(object_info.id))?.object_info;
  if (!onChain || !awaitsContent(onChain)) return false;
  const content = await awaitedContent(onChain, { consensus });
  return content !== undefined && updateTime(content) === updateTime(object_info);
}
