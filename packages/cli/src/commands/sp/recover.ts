/** `prairie sp recover`: pieces that a provider has lost are made again from those of the others. */
import type { RecoveredObject, Recovering, RecoverProcesses, RecoverRequest } from '@prairie/gfsp';
import { type Command, Option } from 'commander';
import { BadNews, createOutput, type Output, toJsonLine, UsageError } from '../../output.ts';
import { clearLine, Progress } from '../../progress.ts';
import { stopSignal } from '../../stop-signal.ts';
import { wholeNumber } from '../../whole-number.ts';
import { type ConfigFlags, withConfig } from './configuration.ts';
import { withManager } from './manager.ts';

interface RecoverFlags extends ConfigFlags {
  endpoint?: string;
}

interface PiecesFlags extends RecoverFlags {
  segment?: number;
  verify: boolean;
  after?: string;
}

interface SwapFlags extends RecoverFlags {
  family?: number;
  gvg?: number;
}

const MAX_ID = 2 ** 32 - 1;
/** What there is of a line where nobody watches, in milliseconds. */
const LINE_MS = 10_000;

export function recoverVerb(sp: Command): void {
  const recover = sp
    .command('recover')
    .description('lost and damaged pieces: make them again from those of the others');
  subject(recover, 'object', '<bucket/object...>', 'the pieces of single objects', (objects: string[]) => ({
    objects,
  }));
  subject(recover, 'bucket', '<name>', 'the pieces of all objects of a bucket', (bucket: string) => ({ bucket }));
  subject(recover, 'gvg', '<id>', 'the pieces of all objects of a virtual group', (id) => ({ gvg_id: idOf(id) }));
  subject(recover, 'family', '<id>', 'the pieces of all objects of a family', (id) => ({ family_id: idOf(id) }));
  swapVerbs(recover);
}

/** What is to be looked at, by its own word. */
function subject<T>(
  recover: Command,
  name: string,
  argument: string,
  summary: string,
  requestOf: (argument: T) => Partial<RecoverRequest>,
): void {
  const example = { object: 'photos/2026/cat.jpg photos/2026/dog.jpg', bucket: 'photos', gvg: '3', family: '1' }[name];
  withManagerOption(withConfig(recover.command(name).summary(summary)))
    .argument(argument)
    .option('--segment <n>', 'only this segment of each object', wholeNumber(0, MAX_ID))
    .option('--no-verify', 'find only what is missing or has a wrong length: no piece is read')
    .option('--after <position>', 'go on behind the position that a stopped run has told')
    .addHelpText(
      'after',
      `\nExample:\n  prairie sp recover ${name} ${example} --config config.toml\n` +
        '\nThe provider does the work. Every piece that it should have is looked at, and made again when it is lost or\n' +
        'damaged. With --json each object is a line, and {"summary": …} the last one. Ctrl-C ends it; what was repaired\n' +
        'stays. The exit code is 0 when every piece is whole now, and 1 when one could not be repaired,\n' +
        'or an object is not on the chain.\n',
    )
    .action((of: T, flags: PiecesFlags) => run(requestOf(of), flags));
}

function withManagerOption(command: Command): Command {
  return command.addOption(
    new Option('--endpoint <host:port>', 'gRPC address of the manager (default: what the configuration says)'),
  );
}

function idOf(text: unknown): number {
  const id = Number(text);
  if (Number.isInteger(id) && id > 0 && id <= MAX_ID) return id;
  throw new UsageError(`${String(text)} is no id: a whole number from 1 is expected`, 'prairie sp recover gvg 3');
}

async function run(subject: Partial<RecoverRequest>, flags: PiecesFlags): Promise<void> {
  const request: RecoverRequest = {
    ...{ objects: [], bucket: '', gvg_id: 0, family_id: 0, ...subject },
    ...{ segment: flags.segment ?? -1, verify: flags.verify, after: flags.after ?? '' },
  };
  const output = createOutput(flags.json === true);
  const stopped = new AbortController();
  void stopSignal().then(() => stopped.abort(new Error('stopped')));
  const summary = await withManager(flags, (manager) => follow(manager, request, output, stopped.signal));
  output.result({ summary }, summaryText(summary));
  if (summary.failed_objects.length > 0) throw new BadNews('some objects are not whole, or not on the chain');
  if (summary.interrupted) throw new BadNews('the run was stopped before its end');
}

interface Summary {
  objects: number;
  pieces: number;
  good: number;
  repaired: number;
  failed: number;
  /** Objects with a piece that could not be repaired, and names that the chain does not have; the first thousand. */
  failed_objects: string[];
  interrupted: boolean;
  /** Where another run may go on. */
  position: string;
}

const MAX_NAMES = 1000;

/** Each object as it comes. */
async function follow(
  manager: Recovering,
  request: RecoverRequest,
  output: Output,
  signal: AbortSignal,
): Promise<Summary> {
  const summary: Summary = {
    ...{ objects: 0, pieces: 0, good: 0, repaired: 0, failed: 0, failed_objects: [], interrupted: false, position: '' },
  };
  const progress = new Progress(output, 'recover', request.objects.length);
  let told = performance.now();
  try {
    for await (const one of manager.recoverPieces(request, signal)) {
      add(summary, one);
      tell(one, output);
      if (!(output.interactive || performance.now() - told > LINE_MS)) continue;
      told = performance.now();
      progress.stage(countsText(summary));
    }
    clearLine(output);
  } catch (error) {
    clearLine(output);
    if (!signal.aborted && summary.position !== '') output.say(`stopped: go on with --after ${summary.position}`);
    if (!signal.aborted) throw error;
    summary.interrupted = true;
  }
  return summary;
}

function add(summary: Summary, one: RecoveredObject): void {
  summary.objects += 1;
  for (const count of ['pieces', 'good', 'repaired', 'failed'] as const) summary[count] += one[count];
  summary.position = one.position;
  if (one.error !== '' && summary.failed_objects.length < MAX_NAMES) summary.failed_objects.push(nameOf(one));
}

const nameOf = ({ bucket_name, object_name, object_id }: RecoveredObject): string =>
  object_name === '' ? `object ${object_id}` : `${bucket_name}/${object_name}`;

/** On a terminal only what is not as it should be. */
function tell(one: RecoveredObject, output: Output): void {
  if (output.json) process.stdout.write(`${toJsonLine(one)}\n`);
  if (output.json || (one.repaired === 0 && one.error === '')) return;
  clearLine(output);
  const counts = `${nameOf(one)}: ${one.repaired} of ${one.pieces} pieces repaired`;
  if (one.failed > 0) output.say(`${counts}, ${one.failed} not: ${one.error}`);
  else output.say(one.error || counts);
}

const countsText = ({ objects, pieces, repaired, failed }: Summary): string =>
  `${objects} objects, ${pieces} pieces, ${repaired} repaired, ${failed} not`;

function summaryText({ interrupted, position, failed_objects, ...counts }: Summary): string {
  const { objects, pieces, good, repaired, failed } = counts;
  const lines = [
    `${pieces} pieces of ${objects} objects looked at: ${good} good, ${repaired} repaired, ${failed} not repaired`,
  ];
  if (failed_objects.length > 0) lines.push(`not whole: ${failed_objects.join(', ')}`);
  if (interrupted && position !== '') lines.push(`stopped: go on with --after ${position}`);
  return lines.join('\n');
}

function swapVerbs(recover: Command): void {
  const swap = (name: string, summary: string) =>
    withManagerOption(withConfig(recover.command(name).summary(summary)))
      .option('--family <id>', 'the family that is taken over', wholeNumber(1, MAX_ID))
      .option('--gvg <id>', 'the virtual group in which a place is taken over', wholeNumber(1, MAX_ID));
  swap('successor', 'bring here what a reserved swap-in takes over, and complete the swap on chain')
    .addHelpText(
      'after',
      '\nExample:\n  prairie sp recover successor --family 2 --config config.toml\n' +
        '  prairie sp recover successor --gvg 7 --endpoint localhost:9333\n' +
        '\nThe provider has to have reserved the swap on chain. It goes on by itself, also after a restart; see how far it is\n' +
        'with: prairie sp recover status\n',
    )
    .action(successor);
  swap('status', 'how far the recovery of what is taken over is, and which objects could not be recovered')
    .option('--reset', 'forget the names of objects that could not be recovered, once they are shown')
    .addHelpText('after', '\nExample:\n  prairie sp recover status --family 2 --endpoint localhost:9333\n')
    .action(status);
}

/** Which place of the group it is, the reservation says. */
const FROM_CHAIN = -1;

async function successor(flags: SwapFlags): Promise<void> {
  const { family = 0, gvg = 0 } = flags;
  const example = 'prairie sp recover successor --gvg 7';
  if (family > 0 === gvg > 0) throw new UsageError('--family or --gvg: one of them is expected', example);
  await withManager(flags, (manager) => manager.triggerRecoverForSuccessorSP(family, gvg, FROM_CHAIN));
  createOutput(flags.json === true).result({ started: true }, 'the recovery runs; see: prairie sp recover status');
}

async function status({ reset, ...flags }: SwapFlags & { reset?: boolean }): Promise<void> {
  const { family = 0, gvg = 0 } = flags;
  const found = await withManager(flags, async (manager) => ({
    ...(await manager.queryRecoverProcess(family, gvg)),
    failed: reset ? await manager.resetRecoveryFailedList() : (await manager.queryTasksStats()).recovery_failed_list,
  }));
  createOutput(flags.json === true).result(found, statusText(found));
}

/** By `RecoverStatus` (`reference/tasks-and-manager.md` §13.1). */
const STATES = ['recovering', 'verifying', 'successful'];

function statusText({ recover_processes, executing, failed }: RecoverProcesses & { failed: string[] }): string {
  const lines = recover_processes.map((one) => {
    const whose = one.virtual_group_family_id > 0 ? `family ${one.virtual_group_family_id}, ` : '';
    const left = one.failed_object_total_count > 0n ? `, ${one.failed_object_total_count} to be tried again` : '';
    const state = STATES[one.status] ?? String(one.status);
    return `${whose}group ${one.virtual_group_id}, index ${one.redundancy_index}: ${state}, ${one.object_count} objects${left}`;
  });
  if (lines.length === 0) lines.push('nothing is taken over');
  else lines.push(executing ? 'it runs' : 'it does not run now');
  if (failed.length > 0) lines.push(`could not be recovered: ${failed.join(', ')}`);
  return lines.join('\n');
}
