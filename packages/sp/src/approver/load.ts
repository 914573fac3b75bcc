/** Whether this provider has room for more work, by what its manager has to do (`reference/internal-grpc.md` §5). */
import { GfSpError, type Logger, type Modules, type TasksStats } from '@prairie/gfsp';
import { Remembered } from '../common/remembered.ts';
import { approverErrors } from './errors.ts';

/** As often as the reference asks; here only while approvals are asked for. */
const STATS = { entries: 1, maxAgeMs: 3000 };

export class Load {
  readonly #maxMigrations: number;
  readonly #logger: Logger;
  readonly #stats: Remembered<TasksStats>;

  constructor(
    { maxMigrations }: { maxMigrations: number },
    { client, logger }: { client: Pick<Modules, 'manager'>; logger: Logger },
  ) {
    this.#maxMigrations = maxMigrations;
    this.#logger = logger;
    this.#stats = new Remembered(STATS, () => client.manager.queryTasksStats());
  }

  /** An object that is created while no uploads are taken would wait on chain for nothing. @throws approver 10003 */
  async requireUploadRoom(): Promise<void> {
    const stats = await this.#known();
    if (!stats) return;
    const { upload_count, replicate_count, seal_count, resumable_upload_count, max_uploading } = stats;
    const running = upload_count + replicate_count + seal_count + resumable_upload_count;
    if (running >= max_uploading) throw approverErrors.tooBusy(`${running} uploads are in work, try again later`);
  }

  /** @throws approver 10003 */
  async requireMigrationRoom(): Promise<void> {
    const waiting = (await this.#known())?.migrate_gvg_count ?? 0;
    if (waiting < this.#maxMigrations) return;
    throw approverErrors.tooBusy(`${waiting} groups wait to be moved to this provider, try again later`);
  }

  /** undefined while the manager is away: that is no reason to refuse. */
  async #known(): Promise<TasksStats | undefined> {
    try {
      return await this.#stats.get('');
    } catch (error) {
      const reason = GfSpError.from(error).message;
      this.#logger.debug('the manager did not say how much it has to do', { reason });
      return undefined;
    }
  }
}
