/** What an executor does with each kind of task; one row a kind. A kind without a row is refused (990602). */
import {
  baseErrors,
  type ExecutorTask,
  type ExecutorTaskKind,
  type ExecutorTasks,
  type ReceivePieceTask,
  type RecoverPieceTask,
  type ReplicatePieceTask,
  type SealObjectTask,
  TaskState,
  uploadKey,
} from '@prairie/gfsp';
import { agentChecksums } from '../replication/agent.ts';
import { confirmReceived } from './confirm.ts';
import { executorErrors } from './errors.ts';
import { type ExecutorGcOptions, gcBucketMigration, gcMeta, gcObjects, gcStaleVersion, gcZombies } from './gc.ts';
import type { Leftovers } from './leftovers.ts';
import type { ExecutorTools } from './ports.ts';
import { recoverPiece } from './recover.ts';
import { Replication, SecondaryError } from './replicate.ts';
import { isSealedOnChain, type Seal, seal } from './seal.ts';
import { aggregate, type SealSignatures } from './signatures.ts';
import { withError } from './with-error.ts';

const { SIGN_OBJECT_DOING, SEAL_OBJECT_DOING } = TaskState;

/** What handlers work with. */
export interface Workshop {
  readonly operatorAddress: string;
  readonly tools: ExecutorTools;
  readonly signatures: SealSignatures;
  readonly gc: ExecutorGcOptions;
  /** Of received pieces. */
  readonly leftovers: Pick<Leftovers, 'add'>;
}

/** Resolves with the task as it is reported: what was found out, or the error, is in it. */
type Handler<T> = (task: T, shop: Workshop, signal: AbortSignal) => Promise<T>;

const handlers: { readonly [K in ExecutorTaskKind]?: Handler<ExecutorTasks[K]> } = {
  replicate,
  seal: sealReplicated,
  receive: confirm,
  recover,
  'gc-object': gcObjects,
  'gc-zombie': gcZombies,
  'gc-meta': gcMeta,
  'gc-bucket-migration': gcBucketMigration,
  'gc-stale-version': gcStaleVersion,
};

/** Runs one task. Does not throw: what goes wrong is in the report. */
export async function handle(task: ExecutorTask, shop: Workshop, signal: AbortSignal): Promise<ExecutorTask> {
  const handler = handlers[task.kind] as Handler<ExecutorTask['value']> | undefined;
  try {
    if (!handler)
      throw baseErrors.unsupportedTaskType(`unsupported task type ${task.kind}: this executor has no handler for it`);
    return { ...task, value: await handler(task.value, shop, signal) } as ExecutorTask;
  } catch (error) {
    return { ...task, value: withError(task.value, error) } as ExecutorTask;
  }
}

async function replicate(
  task: ReplicatePieceTask,
  { tools, signatures }: Workshop,
  signal: AbortSignal,
): Promise<ReplicatePieceTask> {
  const noted = { ...tools, onReplicated: () => note(task, SIGN_OBJECT_DOING, tools) };
  let replication: Replication | undefined;
  let replicated: ReplicatePieceTask;
  let signature: Buffer;
  try {
    replication = new Replication(task, noted, signal);
    replicated = await replication.run();
    signature = await signatures.verify(replicated);
  } catch (error) {
    // Somebody refuses the pieces of a sealed object, and is right.
    if (await isSealedOnChain(task.object_info, tools).catch(() => false)) return { ...task, sealed: true };
    const secondary = error instanceof SecondaryError ? error : undefined;
    const failed = withError(task, secondary?.cause ?? error);
    const delivered_segments = replication?.delivered ?? task.delivered_segments;
    return { ...failed, not_available_sp_idx: secondary?.index ?? -1, delivered_segments };
  }
  note(task, SEAL_OBJECT_DOING, tools);
  try {
    await seal(sealOf(replicated, signature), tools);
    return { ...replicated, sealed: true };
  } catch (error) {
    // The pieces are out: only the seal is tried again, as a task of its own.
    tools.logger.warn('an object was replicated but not sealed', { object_id: task.object_info.id, error });
    return replicated;
  }
}

/** For whoever asks the manager; an executor does not wait for that, nor mind that it is lost. */
function note(task: ReplicatePieceTask, state: number, { client }: ExecutorTools): void {
  client.manager.noteState(uploadKey(task.object_info), state).catch(() => {});
}

async function sealReplicated(task: SealObjectTask, { tools }: Workshop): Promise<SealObjectTask> {
  const { object_info, is_agent_upload_task } = task;
  // taken up from its row, a delegated object comes without the checksums that were signed
  const checksums = is_agent_upload_task
    ? await agentChecksums(tools.spdb, task, task.secondary_signatures.length)
    : object_info.checksums;
  if (!checksums) {
    throw executorErrors.sealFailed(`the checksums that were signed for object ${object_info.id} are not kept here`);
  }
  const signature = aggregate(task.secondary_signatures);
  await seal(sealOf({ ...task, object_info: { ...object_info, checksums } }, signature), tools);
  return task;
}

function sealOf(task: ReplicatePieceTask | SealObjectTask, signature: Uint8Array): Seal {
  return {
    object: task.object_info,
    gvgId: task.global_virtual_group_id,
    signature,
    isAgentUpload: task.is_agent_upload_task,
  };
}

/** What is confirmed, or left to be collected, is done: `sealed` tells the manager that nothing is left to check. */
async function confirm(
  task: ReceivePieceTask,
  { operatorAddress, tools, leftovers }: Workshop,
): Promise<ReceivePieceTask> {
  await confirmReceived(task, { operatorAddress }, { ...tools, leftovers });
  return { ...task, sealed: true };
}

function recover(task: RecoverPieceTask, { tools }: Workshop, signal: AbortSignal): Promise<RecoverPieceTask> {
  return recoverPiece(task, tools.repair, signal);
}
