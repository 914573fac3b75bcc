/** `prairie sp gc`: what a running provider would collect, or a pass of the collection now. */
import { once } from 'node:events';
import { GC_KINDS, type GcFinding, type GcStanding, type Manager } from '@prairie/gfsp';
import { type Command, Option } from 'commander';
import { bytes } from '../../format.ts';
import { createOutput, type Output, toJsonLine, UsageError } from '../../output.ts';
import { clearLine, Progress } from '../../progress.ts';
import { stopSignal } from '../../stop-signal.ts';
import { type ConfigFlags, withConfig } from './configuration.ts';
import { withManager } from './manager.ts';

const ALL = 'all';
const STATUS = 'status';

interface GcFlags extends ConfigFlags {
  endpoint?: string;
  dryRun?: boolean;
}

export function gcVerb(sp: Command): void {
  withConfig(sp.command('gc').summary('collect pieces and rows that nobody needs, now, or show what would go'))
    .argument(
      '[what]',
      `${GC_KINDS.join(', ')}, ${ALL}; or ${STATUS}, for how far the collection is that runs by itself`,
      ALL,
    )
    .option('--dry-run', 'only print what would be deleted')
    .addOption(
      new Option('--endpoint <host:port>', 'gRPC address of the manager (default: what the configuration says)'),
    )
    .addHelpText(
      'after',
      '\nExample:\n  prairie sp gc all --dry-run --config config.toml\n  prairie sp gc zombie --endpoint localhost:9333\n' +
        '  prairie sp gc status --endpoint localhost:9333\n' +
        '\nWith --json each thing is a line, and {"summary": …} the last one. Ctrl-C ends the pass; what it has done stays.\n',
    )
    .action((what: string, flags: GcFlags) => (what === STATUS ? status(flags) : collect(what, flags)));
}

async function status(flags: GcFlags): Promise<void> {
  const standings = await withManager(flags, (manager) => manager.gcStatus());
  createOutput(flags.json === true).result(standings, standings.map(standingLine).join('\n'));
}

async function collect(what: string, flags: GcFlags): Promise<void> {
  const kinds = kindsOf(what);
  const output = createOutput(flags.json === true);
  const stopped = new AbortController();
  void stopSignal().then(() => stopped.abort(new Error('stopped')));
  const summary = await withManager(flags, (manager) =>
    print(manager, { kinds, dryRun: flags.dryRun === true }, output, stopped.signal),
  );
  output.result({ summary }, summaryLine(summary));
}

/** @throws UsageError */
function kindsOf(what: string): readonly string[] {
  if (what === ALL) return GC_KINDS;
  const kind = GC_KINDS.find((name) => name === what);
  if (kind) return [kind];
  throw new UsageError(`${what} is nothing that is collected`, `name one of ${[...GC_KINDS, ALL, STATUS].join(', ')}`);
}

interface Summary {
  dry_run: boolean;
  interrupted: boolean;
  things: number;
  pieces: number;
  rows: number;
  bytes: bigint;
}

/** Each finding as it comes: nothing is kept, however many there are. */
async function print(
  manager: Manager,
  request: { kinds: readonly string[]; dryRun: boolean },
  output: Output,
  signal: AbortSignal,
): Promise<Summary> {
  const summary = { dry_run: request.dryRun, interrupted: false, things: 0, pieces: 0, rows: 0, bytes: 0n };
  const progress = new Progress(output, 'gc', 0);
  progress.stage('looking for what nobody needs');
  try {
    for await (const finding of manager.collect(request, signal)) {
      summary.things++;
      summary.pieces += finding.keys.length;
      summary.rows += finding.rows.length;
      summary.bytes += finding.bytes;
      clearLine(output);
      await writeLine(output.json ? toJsonLine(finding) : findingLine(finding));
      if (output.interactive) progress.stage(`${summary.things} found, ${bytes(Number(summary.bytes))}`);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    clearLine(output);
  }
  summary.interrupted = signal.aborted;
  return summary;
}

/** A reader that is slow is waited for, and so is the pass then. */
async function writeLine(text: string): Promise<void> {
  if (!process.stdout.write(`${text}\n`)) await once(process.stdout, 'drain');
}

/** Names shown of one thing; the rest is counted. */
const SHOWN = 4;

function findingLine({ kind, reason, keys, rows, bytes: size }: GcFinding): string {
  const names = [...keys, ...rows];
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return `${kind.padEnd(9)} ${bytes(Number(size)).padStart(10)}  ${names.slice(0, SHOWN).join(', ')}${more}  (${reason})`;
}

function summaryLine({ dry_run, interrupted, things, pieces, rows, bytes: size }: Summary): string {
  const what = `${pieces} pieces of ${bytes(Number(size))} and ${rows} rows, in ${things} findings`;
  const end = interrupted ? '; it was stopped before its end' : '';
  if (things === 0) return `nothing is to be collected${end}`;
  return `${dry_run ? 'would delete' : 'deleted'} ${what}${end}`;
}

function standingLine(standing: GcStanding): string {
  const { kind, enabled, interval, cursor, queued, rounds, last_time, last_error } = standing;
  const last = last_time === 0n ? 'never' : new Date(Number(last_time) * 1000).toISOString();
  const state = enabled ? `every ${interval} s` : 'off';
  const failed = last_error === '' ? '' : `  failed: ${last_error}`;
  return `${kind.padEnd(9)} ${state.padEnd(12)} cursor=${cursor} queued=${queued} rounds=${rounds} last=${last}${failed}`;
}
