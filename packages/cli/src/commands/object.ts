/** `prairie object put | get | head | rm`. */
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { enumText, greenfieldStorage as storage, txMessage } from '@prairie/chain';
import { createPieceMaker, ObjectChecksums } from '@prairie/redundancy';
import type { Command } from 'commander';
import { bytes } from '../format.ts';
import { UsageError } from '../output.ts';
import { Progress } from '../progress.ts';
import { Session, type SessionFlags, withSession } from '../session.ts';
import { parseObjectTarget, type Target } from '../target.ts';

interface PutFlags extends SessionFlags {
  contentType: string;
  timeout: string;
}

export function objectCommand(program: Command): void {
  const object = program.command('object').description('store and read objects');
  withSession(object.command('put').summary('store a file and wait until it is sealed'))
    .argument('<file>')
    .argument('<url>', 'gnfd://BUCKET/NAME')
    .option('--content-type <type>', 'media type', 'application/octet-stream')
    .option('--timeout <seconds>', 'longest wait for the seal', '120')
    .addHelpText(
      'after',
      '\nExample:\n  prairie object put README.md gnfd://my-first-bucket/readme.md --content-type text/markdown\n',
    )
    .action((file: string, url: string, flags: PutFlags) =>
      Session.run(flags, (session) => put(session, file, url, flags)),
    );
  withSession(
    object
      .command('get')
      .summary('read an object into a file')
      .argument('<url>', 'gnfd://BUCKET/NAME')
      .argument('[file]'),
  )
    .addHelpText('after', '\nExample:\n  prairie object get gnfd://my-first-bucket/readme.md copy.md\n')
    .action((url: string, file: string | undefined, flags: SessionFlags) =>
      Session.run(flags, (session) => get(session, url, file)),
    );
  withSession(
    object.command('head').summary('what the chain knows of an object').argument('<url>', 'gnfd://BUCKET/NAME'),
  )
    .addHelpText('after', '\nExample:\n  prairie object head gnfd://my-first-bucket/readme.md\n')
    .action((url: string, flags: SessionFlags) => Session.run(flags, (session) => head(session, url)));
  withSession(object.command('rm').summary('delete an object').argument('<url>', 'gnfd://BUCKET/NAME'))
    .addHelpText('after', '\nExample:\n  prairie object rm gnfd://my-first-bucket/readme.md\n')
    .action((url: string, flags: SessionFlags) => Session.run(flags, (session) => remove(session, url)));
}

async function put(session: Session, file: string, url: string, flags: PutFlags): Promise<void> {
  const target = parseObjectTarget(url);
  const { size } = await stat(file);
  if (size === 0)
    throw new UsageError(`${file} is empty`, 'empty objects are made on the chain alone: nothing to upload');
  const client = await session.bucketClient(target.bucket);
  const id = await createOnChain(session, target, file, size, flags.contentType);
  const progress = new Progress(session.output, target.object, size);
  await client.putObject({ ...target, size, contentType: flags.contentType, body: counted(file, progress) });
  const rate = progress.rate();
  progress.stage('uploaded · replicating and sealing');
  const sealed = await waitForSeal(session, id, Number(flags.timeout) * 1000);
  const summary = `uploaded ${bytes(size)} at ${rate} · replicated ${sealed.replicas}/${sealed.replicas} · sealed in block ${sealed.height}`;
  progress.end(summary);
  if (session.output.json) session.output.result({ ...target, objectId: id, size, ...sealed }, '');
}

/** Makes the object on the chain, or goes on with one of the same content whose upload was not finished. */
async function createOnChain(
  session: Session,
  target: Target,
  file: string,
  size: number,
  contentType: string,
): Promise<bigint> {
  const checksums = await checksumsOf(session, file);
  const known = (await session.chain.object(target.bucket, target.object))?.object_info;
  if (known) {
    const same =
      known.checksums.length === checksums.length &&
      known.checksums.every((c, i) => Buffer.compare(c, checksums[i]!) === 0);
    if (same && known.object_status === storage.ObjectStatus.OBJECT_STATUS_CREATED) return known.id;
    throw new UsageError(
      `gnfd://${target.bucket}/${target.object} exists already`,
      `delete it first: prairie object rm gnfd://${target.bucket}/${target.object}`,
    );
  }
  await session.transact([
    txMessage(storage.MsgCreateObject, {
      creator: session.address,
      bucket_name: target.bucket,
      object_name: target.object,
      payload_size: BigInt(size),
      visibility: storage.VisibilityType.VISIBILITY_TYPE_INHERIT,
      content_type: contentType,
      primary_sp_approval: {},
      expect_checksums: checksums,
      redundancy_type: storage.RedundancyType.REDUNDANCY_EC_TYPE,
    }),
  ]);
  return (await session.chain.object(target.bucket, target.object))!.object_info.id;
}

async function checksumsOf(session: Session, file: string): Promise<Uint8Array[]> {
  const { versioned_params: params } = await session.chain.storageParams(0n);
  const pieceMaker = createPieceMaker();
  try {
    const checksums = new ObjectChecksums(
      {
        segmentSize: Number(params.max_segment_size),
        data: params.redundant_data_chunk_num,
        parity: params.redundant_parity_chunk_num,
      },
      { pieceMaker },
    );
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }))
      await checksums.update(chunk as Buffer);
    return await checksums.finish();
  } finally {
    await pieceMaker.close();
  }
}

async function* counted(file: string, progress: Progress): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(file, { highWaterMark: 256 * 1024 })) {
    yield chunk as Buffer;
    progress.advance((chunk as Buffer).length);
  }
}

/** Follows the chain until the object is sealed. */
async function waitForSeal(
  session: Session,
  id: bigint,
  timeoutMs: number,
): Promise<{ height: bigint; replicas: number }> {
  const signal = AbortSignal.timeout(timeoutMs);
  let height = await session.chain.currentHeight();
  for (;;) {
    const found = await session.chain.objectById(id);
    if (!found) throw new Error('the object was rejected: its payload is not what the chain expects');
    if (found.object_info.object_status === storage.ObjectStatus.OBJECT_STATUS_SEALED) {
      return { height, replicas: found.global_virtual_group?.secondary_sp_ids.length ?? 0 };
    }
    height = await session.chain.waitForHeight(height + 1n, signal);
  }
}

async function get(session: Session, url: string, file: string | undefined): Promise<void> {
  const target = parseObjectTarget(url);
  const path = file ?? target.object.split('/').at(-1)!;
  const client = await session.bucketClient(target.bucket);
  const { stream, size = 0 } = await client.getObject(target.bucket, target.object);
  const progress = new Progress(session.output, target.object, size);
  // written aside, so that a broken download never stands where a whole one is expected
  const partial = `${path}.part`;
  try {
    await pipeline(stream, passing(progress), createWriteStream(partial));
    const got = (await stat(partial)).size;
    if (got !== size) throw new Error(`${size} bytes expected, got ${got}`);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  progress.end(`${bytes(size)} at ${progress.rate()} → ${path}`);
  if (session.output.json) session.output.result({ ...target, size, file: path }, '');
}

function passing(progress: Progress) {
  return async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      progress.advance(chunk.length);
      yield chunk;
    }
  };
}

async function head(session: Session, url: string): Promise<void> {
  const target = parseObjectTarget(url);
  const found = await session.chain.object(target.bucket, target.object);
  if (!found) throw new UsageError(`there is no object ${url}`, `prairie ls gnfd://${target.bucket}`);
  const o = found.object_info;
  const group = found.global_virtual_group;
  const lines = [
    ['name', `gnfd://${o.bucket_name}/${o.object_name}`],
    ['id', String(o.id)],
    ['size', `${o.payload_size} bytes`],
    [
      'status',
      enumText('greenfield.storage.ObjectStatus', o.object_status).replace('OBJECT_STATUS_', '').toLowerCase(),
    ],
    ['type', o.content_type],
    ['owner', o.owner],
    ['created', new Date(Number(o.create_at) * 1000).toISOString()],
    ...(group
      ? [['group', `${group.id}: primary ${group.primary_sp_id}, secondaries ${group.secondary_sp_ids.join(' ')}`]]
      : []),
    ['checksums', o.checksums.map((c) => Buffer.from(c).toString('hex')).join('\n           ')],
  ];
  session.output.result(found, lines.map(([name, value]) => `${name!.padEnd(10)} ${value}`).join('\n'));
}

async function remove(session: Session, url: string): Promise<void> {
  const target = parseObjectTarget(url);
  const { hash, height } = await session.transact([
    txMessage(storage.MsgDeleteObject, {
      operator: session.address,
      bucket_name: target.bucket,
      object_name: target.object,
    }),
  ]);
  session.output.result({ ...target, txHash: hash, height }, `${url} deleted, block ${height}`);
}
