import type { Consensus, ExecutorTask, Logger, Modules, PieceStore, QueueEngine, SpDb } from '@prairie/gfsp';
import { Admission } from './admission.ts';
import { Contents } from './contents.ts';
import { Collection, type CollectionOptions } from './gc/collection.ts';
import { JobQueues, type JobQueuesOptions } from './job-queues.ts';
import { Later } from './later.ts';
import { Members, type MembersOptions } from './members.ts';
import { OtherJobs } from './other-jobs.ts';
import { Recovery, type RecoveryOptions } from './recovery/index.ts';
import { Revival, type RevivalOptions } from './revival.ts';
import { Sweep, type SweepOptions } from './sweep.ts';
import { UploadJobs, type UploadJobsOptions } from './upload-jobs.ts';
import { Uploads, type UploadsOptions } from './uploads.ts';
import type { VirtualGroups } from './virtual-groups.ts';

export interface PartsOptions
  extends JobQueuesOptions,
    UploadsOptions,
    UploadJobsOptions,
    RevivalOptions,
    MembersOptions,
    SweepOptions,
    CollectionOptions,
    RecoveryOptions {}

export interface PartsDependencies {
  client: Modules;
  consensus: Consensus;
  spdb: SpDb;
  pieceStore: PieceStore;
  engine: QueueEngine;
  groups: VirtualGroups;
  /** A task's attempts, or its time, are used up. */
  onGiveUp: (task: ExecutorTask) => void;
  /** The manager stops. */
  signal: AbortSignal;
  logger: Logger;
}

/** What there is while the manager runs. */
export interface Parts {
  queues: JobQueues;
  uploads: Uploads;
  members: Members;
  admission: Admission;
  jobs: UploadJobs;
  others: OtherJobs;
  collection: Collection;
  recovery: Recovery;
  later: Later;
  sweep: Sweep;
  spdb: SpDb;
}

/** Makes the manager's parts and shows them to each other. */
export async function openParts(options: PartsOptions, dependencies: PartsDependencies): Promise<Parts> {
  const { spdb, consensus, logger, engine, groups, onGiveUp, signal } = dependencies;
  const contents = new Contents(dependencies);
  const queues = await JobQueues.open(options, { engine, onGiveUp });
  const members = await Members.open(options, {
    engine,
    onLeft: (member) => queues.abandon(member),
    onGone: (member) => discardUploadsOf(member, uploads, revival),
    logger,
  });
  const uploads = await Uploads.open(options, { engine, members, spdb });
  const jobs = new UploadJobs(options, {
    ...{ spdb, queues, uploads, groups, logger },
    object: async (id) => (await consensus.objectById(id))?.object_info,
    later: (objectId, key) => void later.add({ objectId, key }),
  });
  const revival = new Revival(options, { ...dependencies, jobs, uploads, members, contents });
  const admission = new Admission({ spdb, queues, uploads, jobs, groups, contents, logger });
  const later = await Later.open({}, { work: (id) => revival.revive(id), logger });
  const collection = new Collection(options, { ...dependencies, queues });
  const recovery = await Recovery.open(options, { ...dependencies, queues }, signal);
  const others = new OtherJobs({ queues, logger });
  const sweep = new Sweep(options, { spdb, queues, later, members, revival, uploads, logger });
  return { queues, uploads, members, admission, jobs, others, collection, recovery, later, sweep, spdb };
}

/** Its payloads will not come any more. */
async function discardUploadsOf(member: string, uploads: Uploads, revival: Revival): Promise<void> {
  for (const { task } of await uploads.of(member)) {
    await uploads.release(task.key, member);
    await revival.revive(task.value.objectId);
  }
}
