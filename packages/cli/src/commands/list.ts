/** `prairie ls`: buckets, or the objects of one. */
import type { Command } from 'commander';
import { bytes, table } from '../format.ts';
import { Session, type SessionFlags, withSession } from '../session.ts';
import { parseTarget } from '../target.ts';

interface ListFlags extends SessionFlags {
  recursive?: boolean;
}

const STATUS = ['created', 'sealed', 'discontinued'];

export function listCommand(program: Command): void {
  withSession(
    program.command('ls').summary('list buckets, or the objects of one').argument('[url]', 'gnfd://BUCKET[/PREFIX]'),
  )
    .option('-r, --recursive', 'look into folders')
    .addHelpText('after', '\nExample:\n  prairie ls\n  prairie ls gnfd://my-first-bucket/photos/\n')
    .action((url: string | undefined, flags: ListFlags) =>
      Session.run(flags, (session) => (url ? listObjects(session, url, flags) : listBuckets(session))),
    );
}

async function listBuckets(session: Session): Promise<void> {
  const [sp] = await session.chain.listSps();
  if (!sp) throw new Error('the chain has no storage provider');
  const buckets = await session.clientOf(sp.endpoint).listBuckets(session.address);
  const rows = buckets.map((bucket) => [`gnfd://${bucket.name}`, String(bucket.id), timeText(bucket.createdAt)]);
  session.output.result(
    buckets,
    rows.length ? table(['BUCKET', 'ID', 'CREATED'], rows) : `no buckets of ${session.address}`,
  );
}

async function listObjects(session: Session, url: string, flags: ListFlags): Promise<void> {
  const { bucket, object: prefix } = parseTarget(url);
  const client = await session.bucketClient(bucket);
  const delimiter = flags.recursive ? '' : '/';
  let token = '';
  let count = 0;
  do {
    const page = await client.listObjects({ bucket, prefix, delimiter, token });
    const folders = page.commonPrefixes.map((name) => [name, '', 'folder', '']);
    const objects = page.objects.map((o) => [
      o.name,
      bytes(o.size),
      STATUS[o.status] ?? String(o.status),
      timeText(o.createdAt),
    ]);
    const rows = [...folders, ...objects];
    count += rows.length;
    if (session.output.json || rows.length)
      session.output.result(page, table(['NAME', 'SIZE', 'STATUS', 'CREATED'], rows));
    token = page.continuationToken;
  } while (token !== '');
  if (count === 0) session.output.say(`nothing under ${url}`);
}

const timeText = (seconds: bigint): string =>
  new Date(Number(seconds) * 1000).toISOString().slice(0, 19).replace('T', ' ');
