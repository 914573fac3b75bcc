/** Which objects an operator's request is about, in an order that a later request can go on in. */
import type { Consensus, Modules, RecoverRequest } from '@prairie/gfsp';
import { managerErrors } from '../errors.ts';

export interface Target {
  /** Where a request that was cut short goes on. */
  position: string;
  bucket_name: string;
  object_name: string;
  /** undefined when the chain has none of that name. */
  objectId: bigint | undefined;
}

export interface TargetsDependencies {
  client: Pick<Modules, 'metadata'>;
  consensus: Pick<Consensus, 'object' | 'bucket' | 'gvgsOfFamily'>;
}

/** As the reference's batches (`reference/tasks-and-manager.md` §13.2). */
const PAGE = 50;
const MAX_OBJECTS = 1000;
const PATH = /^([^/]+)\/(.+)$/s;

/** @throws manager 60001 for a bucket that is not there, or a request that names nothing, or twice */
export async function* targetsOf(request: RecoverRequest, dependencies: TargetsDependencies): AsyncGenerator<Target> {
  requireOneSubject(request);
  if (request.objects.length > 0) yield* namedObjects(request, dependencies);
  else yield* objectsOfGroups(request, dependencies);
}

function requireOneSubject({ objects, bucket, gvg_id, family_id }: RecoverRequest): void {
  const named = [objects.length > 0, bucket !== '', gvg_id > 0, family_id > 0].filter(Boolean).length;
  if (named !== 1) throw managerErrors.requestLost('objects, a bucket, a group or a family: name one of them');
  if (objects.length > MAX_OBJECTS) {
    throw managerErrors.requestLost(`${objects.length} objects: name at most ${MAX_OBJECTS}, or their bucket`);
  }
  const strange = objects.find((path) => !PATH.test(path));
  if (strange !== undefined) throw managerErrors.requestLost(`object ${strange}: name it <bucket>/<object>`);
}

async function* namedObjects(
  { objects, after }: RecoverRequest,
  { consensus }: TargetsDependencies,
): AsyncGenerator<Target> {
  for (const [at, path] of objects.entries()) {
    if (at < Number(after || 0)) continue;
    const [, bucket_name = '', object_name = ''] = PATH.exec(path) ?? [];
    const found = await consensus.object(bucket_name, object_name);
    yield { position: String(at + 1), bucket_name, object_name, objectId: found?.object_info.id };
  }
}

/** Group by group, in each by object id. */
async function* objectsOfGroups(request: RecoverRequest, dependencies: TargetsDependencies): AsyncGenerator<Target> {
  const [fromGroup, fromObject] = readPosition(request.after);
  const { bucketId, gvgIds } = await groupsOf(request, dependencies);
  const { metadata } = dependencies.client;
  for (const gvgId of gvgIds.toSorted((a, b) => a - b)) {
    if (gvgId < fromGroup) continue;
    for (let startAfter = gvgId === fromGroup ? fromObject : 0n; ; ) {
      const page = { gvgId, startAfter, limit: PAGE };
      const objects = await (bucketId === undefined
        ? metadata.listObjectsInGvg(page)
        : metadata.listObjectsInGvgAndBucket(bucketId, page));
      for (const { object } of objects) {
        const { id, bucket_name, object_name } = object.object_info;
        startAfter = id;
        yield { position: `${gvgId}/${id}`, bucket_name, object_name, objectId: id };
      }
      if (objects.length < PAGE) break;
    }
  }
}

async function groupsOf(
  { bucket: name, gvg_id, family_id }: RecoverRequest,
  { client, consensus }: TargetsDependencies,
): Promise<{ bucketId?: bigint; gvgIds: number[] }> {
  if (gvg_id > 0) return { gvgIds: [gvg_id] };
  if (family_id > 0) return { gvgIds: (await consensus.gvgsOfFamily(family_id)).map(({ id }) => id) };
  const bucket = (await consensus.bucket(name))?.bucket_info;
  if (!bucket) throw managerErrors.requestLost(`there is no bucket ${name} on the chain`);
  const groups = await client.metadata.listGvgsOfBucket(bucket.id);
  return { bucketId: bucket.id, gvgIds: groups.map(({ id }) => id) };
}

function readPosition(after: string): [number, bigint] {
  if (after === '') return [0, 0n];
  const match = /^(\d{1,10})\/(\d{1,20})$/.exec(after);
  if (!match) throw managerErrors.requestLost(`position ${JSON.stringify(after)}: expected <group>/<object id>`);
  return [Number(match[1]), BigInt(match[2]!)];
}
