import type { greenfieldStorage as storage } from '@prairie/chain';
import { type Logger, type Modules, retry } from '@prairie/gfsp';

/** Rejects an object on chain: at most three transactions, 3 s apart (`reference/tasks-and-manager.md` §8.4). */
export async function rejectUnsealed(
  object: storage.ObjectInfo,
  { client, logger, signal }: { client: Modules; logger: Logger; signal: AbortSignal },
): Promise<void> {
  const { bucket_name, object_name } = object;
  try {
    await retry({ attempts: 3, baseMs: 3000, maxMs: 3000, signal }, () =>
      client.signer.broadcast('reject_object_info', { operator: '', bucket_name, object_name }),
    );
  } catch (error) {
    logger.error('an object was not rejected on chain', { object_id: object.id, error });
  }
}
