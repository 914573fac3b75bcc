/** `prairie sp scrub`: look through a provider's pieces for damage now, or see how far that is in the background. */
import type { Scrubbing, ScrubCounts, ScrubFinding, ScrubReport, ScrubRequest, ScrubStatus } from '@prairie/gfsp';
import { type Command, Option } from 'commander';
import { bytes } from '../../format.ts';
import { BadNews, createOutput, type Output, toJsonLine, UsageError } from '../../output.ts';
import { clearLine, Progress } from '../../progress.ts';
import { stopSignal } from '../../stop-signal.ts';
import { wholeNumber } from '../../whole-number.ts';
import { type ConfigFlags, withConfig } from './configuration.ts';
import { withManager } from './manager.ts';

interface ScrubFlags extends ConfigFlags {
  object?: string;
  bucket?: string;
  all?: boolean;
  rate: number;
  endpoint?: string;
}

const STATUS = 'status';
const RUN = 'run';
/** A line so often where nobody watches. */
const LINE_MS = 10_000;

export function scrubVerb(sp: Command): void {
  withConfig(sp.command('scrub').summary('compare stored pieces with their checksums now, and repair what is damaged'))
    .argument('[what]', `${RUN}, or ${STATUS} for how far the scrubbing is that runs by itself`, RUN)
    .option('--object <bucket/object>', 'the pieces of one object')
    .option('--bucket <name>', 'the pieces of all objects of a bucket')
    .option('--all', 'all pieces that this provider has; this is the default')
    .option('--rate <MiB/s>', 'read so much a second at most; 0: as fast as it goes', wholeNumber(0, 1 << 20), 0)
    .addOption(
      new Option('--endpoint <host:port>', 'gRPC address of the manager (default: what the configuration says)'),
    )
    .addHelpText(
      'after',
      '\nExample:\n  prairie sp scrub --all --rate 50 --config config.toml\n' +
        '  prairie sp scrub --object photos/2026/cat.jpg --endpoint localhost:9333\n' +
        '  prairie sp scrub status --endpoint localhost:9333\n' +
        '\nWith --json each finding is a line, and {"summary": …} the last one. Ctrl-C ends the pass; what it has repaired\n' +
        'stays. The exit code is 0 when every piece is whole now, and 1 when one could not be repaired.\n',
    )
    .action((what: string, flags: ScrubFlags) => (what === STATUS ? status(flags) : run(what, flags)));
}

async function run(what: string, flags: ScrubFlags): Promise<void> {
  if (what !== RUN) throw new UsageError(`${what} is nothing that can be scrubbed`, `say ${RUN} or ${STATUS}`);
  const request = requestOf(flags);
  const output = createOutput(flags.json === true);
  const stopped = new AbortController();
  void stopSignal().then(() => stopped.abort(new Error('stopped')));
  const summary = await withManager(flags, (manager) => follow(manager, request, output, stopped.signal));
  output.result({ summary }, summaryLine(summary));
  if (summary.failed > 0) throw new BadNews('some pieces could not be repaired');
  if (summary.interrupted) throw new BadNews('the pass was stopped before its end');
}

/** @throws UsageError */
function requestOf({ object, bucket, all, rate }: ScrubFlags): ScrubRequest {
  const example = 'prairie sp scrub --object photos/2026/cat.jpg';
  if ([object, bucket, all].filter((one) => one !== undefined).length > 1) {
    throw new UsageError('--object, --bucket and --all exclude each other', example);
  }
  const [, bucketName = bucket ?? '', objectName = ''] = object?.match(/^([^/]+)\/(.+)$/s) ?? [];
  if (object !== undefined && objectName === '') {
    throw new UsageError(`--object: <bucket>/<object> is expected, got ${object}`, example);
  }
  return { bucket_name: bucketName, object_name: objectName, bytes_per_second: BigInt(rate) << 20n };
}

type Summary = ScrubCounts & { interrupted: boolean };

/** Each finding as it comes: nothing is kept, however many there are. */
async function follow(
  manager: Scrubbing,
  request: ScrubRequest,
  output: Output,
  signal: AbortSignal,
): Promise<Summary> {
  let summary: Summary = { pieces: 0, bytes: 0, damaged: 0, repaired: 0, failed: 0, interrupted: false };
  const progress = new Progress(output, 'scrub', 0);
  let told = performance.now();
  try {
    for await (const report of manager.scrub(request, signal)) {
      summary = { ...report.counts, interrupted: false };
      for (const finding of report.findings) tell(finding, output);
      if (report.finished || !(output.interactive || performance.now() - told > LINE_MS)) continue;
      told = performance.now();
      progress.stage(`${countsText(report.counts)}, at object ${report.object_id}`);
    }
    clearLine(output);
  } catch (error) {
    clearLine(output);
    if (!signal.aborted) throw error;
    summary.interrupted = true;
  }
  return summary;
}

function tell(finding: ScrubFinding, output: Output): void {
  if (output.json) process.stdout.write(`${toJsonLine(finding)}\n`);
  else {
    clearLine(output);
    output.say(findingLine(finding));
  }
}

const WORDS: Readonly<Record<ScrubFinding['fault'], string>> = {
  missing: 'is missing',
  damaged: 'has other bytes than its checksum',
  unreadable: 'cannot be read from the disk',
  row: 'has checksums that are not those on chain',
  unchecked: 'could not be checked',
};

function findingLine(finding: ScrubFinding): string {
  const { object_id, bucket_name, object_name, redundancy_index, piece_key, fault, repaired, error } = finding;
  const what = piece_key || `object ${object_id}, index ${redundancy_index},`;
  const of = bucket_name === '' ? '' : ` (${bucket_name}/${object_name})`;
  return `${what} ${WORDS[fault]}${of}: ${repaired ? 'repaired' : `not repaired: ${error}`}`;
}

const countsText = ({ pieces, bytes: size, damaged, repaired }: ScrubReport['counts']): string =>
  `${pieces} pieces, ${bytes(size)}, ${damaged} damaged, ${repaired} repaired`;

function summaryLine({ pieces, bytes: size, damaged, repaired, failed, interrupted }: Summary): string {
  const looked = `${pieces} pieces of ${bytes(size)} looked at`;
  const end = interrupted ? '; it was stopped before its end' : '';
  if (damaged === 0) return `${looked}: nothing is damaged${end}`;
  return `${looked}: ${damaged} damaged, ${repaired} repaired, ${failed} not repaired${end}`;
}

async function status(flags: ScrubFlags): Promise<void> {
  const found = await withManager(flags, (manager) => manager.scrubStatus());
  createOutput(flags.json === true).result(found, statusText(found));
}

function statusText({ bytes_per_second: rate, interval_seconds: interval, progress }: ScrubStatus): string {
  const pace = rate === 0n ? 'off (Prairie.ScrubRate is 0)' : `${bytes(rate)}/s, a pass every ${interval} s at most`;
  const lines = [`in the background  ${pace}`];
  if (!progress) return [...lines, 'nothing was scrubbed yet'].join('\n');
  if (progress.started_at > 0) {
    const at = progress.object_id > 0n ? `, behind object ${progress.object_id}` : '';
    lines.push(`this pass          since ${timeText(progress.started_at)}: ${countsOf(progress)}${at}`);
  }
  if (progress.last_finished_at === 0) return [...lines, 'last whole pass    none yet'].join('\n');
  const { last_pieces: pieces, last_bytes: size, last_damaged: damaged } = progress;
  const last = { pieces, bytes: size, damaged, repaired: progress.last_repaired, failed: progress.last_failed };
  return [...lines, `last whole pass    ended ${timeText(progress.last_finished_at)}: ${countsOf(last)}`].join('\n');
}

const countsOf = (counts: ScrubCounts): string => `${countsText(counts)}, ${counts.failed} not repaired`;
const timeText = (seconds: number): string => new Date(seconds * 1000).toISOString();
