import {
  type Consensus,
  GfSpError,
  type Modules,
  type PieceStore,
  type RecoveredObject,
  type RecoverRequest,
} from '@prairie/gfsp';
import { isReplicated } from '../../common/pieces.ts';
import { together } from '../../common/together.ts';
import { recoveryErrors } from '../../recovery/index.ts';
import { managerErrors } from '../errors.ts';
import type { RecoverJobs } from './jobs.ts';
import { type HeldObject, hasLength, heldObject, recoverTask, segmentsAsked } from './object.ts';
import type { RecoverOutcome } from './outcomes.ts';
import { type Target, targetsOf } from './targets.ts';

export interface PassOptions {
  /** This provider's operator. */
  operatorAddress: string;
}

export interface PassDependencies {
  client: Pick<Modules, 'metadata'>;
  consensus: Consensus;
  pieceStore: PieceStore;
  jobs: RecoverJobs;
}

/** Objects that are looked at while the first of them is not told yet. */
const OBJECTS_AHEAD = 16;
/** Pieces of one object that are in work at a time. */
const PIECES_AT_ONCE = 16;

/** Looks at every piece that this provider should have of what a request names, and tells of each object, in order. */
export async function* recoverPass(
  request: RecoverRequest,
  signal: AbortSignal,
  options: PassOptions,
  dependencies: PassDependencies,
): AsyncGenerator<RecoveredObject> {
  const self = await dependencies.consensus.spByOperator(options.operatorAddress);
  if (!self) throw managerErrors.requestLost(`provider ${options.operatorAddress} is not on the chain`);
  const ending = new AbortController();
  const ended = AbortSignal.any([signal, ending.signal]);
  const ahead: Promise<RecoveredObject>[] = [];
  try {
    for await (const { told } of begun(request, { ...dependencies, ownId: self.id, signal: ended })) {
      told.catch(() => {});
      ahead.push(told);
      if (ahead.length >= OBJECTS_AHEAD) yield await ahead.shift()!;
    }
    while (ahead.length > 0) yield await ahead.shift()!;
  } finally {
    ending.abort(new Error('the request has ended'));
    await Promise.allSettled(ahead);
  }
}

interface Asking extends PassDependencies {
  ownId: number;
  signal: AbortSignal;
}

/** Object by object. When the next one cannot be asked for, that comes last: those before it are told. */
async function* begun(
  request: RecoverRequest,
  asking: Asking,
): AsyncGenerator<{ told: Promise<RecoveredObject> }, void, void> {
  try {
    for await (const target of targetsOf(request, asking)) {
      asking.signal.throwIfAborted();
      yield { told: recoverObject(target, request, asking) };
    }
  } catch (error) {
    yield { told: Promise.reject(error) };
  }
}

async function recoverObject(target: Target, request: RecoverRequest, asking: Asking): Promise<RecoveredObject> {
  const { position, bucket_name, object_name, objectId: object_id } = target;
  const counts = { pieces: 0, good: 0, repaired: 0, failed: 0, error: '' };
  if (object_id === undefined) {
    const error = `there is no object ${bucket_name}/${object_name} on the chain`;
    return { position, bucket_name, object_name, object_id: 0n, ...counts, error };
  }
  const held = await heldObject(object_id, asking.ownId, asking.consensus);
  // deleted meanwhile, or nothing sealed: there is nothing to look at
  if (!held) return { position, bucket_name, object_name, object_id, ...counts };
  const pieces = held.indexes.flatMap((index) =>
    segmentsAsked(held, request.segment).map((segment) => ({ segment, index })),
  );
  await together(pieces, PIECES_AT_ONCE, async ({ segment, index }) => {
    const { found, error } = await recoverOne(held, { segment, index, verify: request.verify }, asking);
    if (error) counts.error ||= `segment ${segment}, index ${index}: ${error.message}`;
    counts[error ? 'failed' : found === 'good' ? 'good' : 'repaired'] += 1;
  });
  return { position, bucket_name, object_name, object_id, ...counts, pieces: pieces.length };
}

async function recoverOne(
  held: HeldObject,
  { segment, index, verify }: { segment: number; index: number; verify: boolean },
  { pieceStore, jobs, signal }: Asking,
): Promise<RecoverOutcome> {
  try {
    const isReplica = isReplicated(held.object_info);
    if ((!verify || isReplica) && (await hasLength(held, segment, index, pieceStore))) return { found: 'good' };
    if (isReplica) return { found: 'missing', error: recoveryErrors.replicated() };
    return await jobs.run(recoverTask(held, segment, index), signal);
  } catch (error) {
    signal.throwIfAborted();
    return { found: '', error: GfSpError.from(error) };
  }
}
