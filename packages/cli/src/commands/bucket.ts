/** `prairie bucket create`, `prairie bucket rm`. */
import { greenfieldSp, greenfieldStorage as storage, txMessage } from '@prairie/chain';
import type { Command } from 'commander';
import { UsageError } from '../output.ts';
import { Session, type SessionFlags, withSession } from '../session.ts';
import { parseTarget } from '../target.ts';

interface CreateFlags extends SessionFlags {
  public?: boolean;
  sp?: string;
}

export function bucketCommand(program: Command): void {
  const bucket = program.command('bucket').description('create and delete buckets');
  withSession(bucket.command('create').summary('create a bucket').argument('<url>', 'gnfd://BUCKET'))
    .option('--public', 'anyone may read what is in it')
    .option('--sp <id>', 'id of the primary provider (default: the first in service)')
    .addHelpText('after', '\nExample:\n  prairie bucket create gnfd://my-first-bucket --public\n')
    .action((url: string, flags: CreateFlags) => Session.run(flags, (session) => create(session, url, flags)));
  withSession(bucket.command('rm').summary('delete an empty bucket').argument('<url>', 'gnfd://BUCKET'))
    .addHelpText('after', '\nExample:\n  prairie bucket rm gnfd://my-first-bucket\n')
    .action((url: string, flags: SessionFlags) => Session.run(flags, (session) => remove(session, url)));
}

async function create(session: Session, url: string, flags: CreateFlags): Promise<void> {
  const { bucket } = parseTarget(url);
  const sp = await chooseProvider(session, flags.sp);
  const families = await session.chain.familiesOfSp(sp.id);
  const family = families[0];
  if (!family) throw new Error(`provider ${sp.id} has no family yet: choose another with --sp`);
  const { VISIBILITY_TYPE_PUBLIC_READ, VISIBILITY_TYPE_PRIVATE } = storage.VisibilityType;
  const { hash, height } = await session.transact([
    txMessage(storage.MsgCreateBucket, {
      creator: session.address,
      bucket_name: bucket,
      visibility: flags.public ? VISIBILITY_TYPE_PUBLIC_READ : VISIBILITY_TYPE_PRIVATE,
      payment_address: session.address,
      primary_sp_address: sp.operator_address,
      primary_sp_approval: { global_virtual_group_family_id: family.id },
    }),
  ]);
  const result = { bucket, primarySp: sp.id, txHash: hash, height };
  session.output.result(result, `bucket ${bucket} created at provider ${sp.id}, block ${height}`);
}

async function chooseProvider(session: Session, id: string | undefined): Promise<greenfieldSp.StorageProvider> {
  const inService = (await session.chain.listSps())
    .filter((sp) => sp.status === greenfieldSp.Status.STATUS_IN_SERVICE)
    .sort((a, b) => a.id - b.id);
  const sp = id === undefined ? inService[0] : inService.find((candidate) => String(candidate.id) === id);
  if (!sp) throw new UsageError(`no provider ${id ?? ''} in service`, 'prairie sp ls');
  return sp;
}

async function remove(session: Session, url: string): Promise<void> {
  const { bucket } = parseTarget(url);
  const { hash, height } = await session.transact([
    txMessage(storage.MsgDeleteBucket, { operator: session.address, bucket_name: bucket }),
  ]);
  session.output.result({ bucket, txHash: hash, height }, `bucket ${bucket} deleted, block ${height}`);
}
