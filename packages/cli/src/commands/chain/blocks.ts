/** `prairie chain mine | time | pause | resume`: when blocks are made, and what time it is on them. */
import { type Command, InvalidArgumentError } from 'commander';
import { durationSeconds } from '../../format.ts';
import { UsageError } from '../../output.ts';
import { Progress } from '../../progress.ts';
import { wholeNumber } from '../../whole-number.ts';
import { type DevFlags, type DevSession, verb, withChain } from './dev-session.ts';

const MAX_BLOCKS = 1_000_000;
/** Blocks of one call: the bar moves in between, and others get their turn. */
const BLOCKS_PER_CALL = 250;

interface MineFlags extends DevFlags {
  interval?: number;
}

interface TimeFlags extends DevFlags {
  forward?: number;
  at?: string;
  block: boolean;
}

export function blockVerbs(chain: Command): void {
  verb(chain, 'mine', 'make blocks now', ['mine', 'mine 100 --interval 1h'])
    .argument('[blocks]', 'how many', wholeNumber(1, MAX_BLOCKS), 1)
    .option('--interval <duration>', 'time from one to the next, such as 30s, 1h30m, 2d', duration)
    .action((blocks: number, flags: MineFlags) => withChain(flags, (session) => mine(session, blocks, flags)));
  verb(chain, 'time', 'show the time of the chain, or set it forward', [
    'time',
    'time --forward 1d',
    'time --at 2027-01-01T00:00:00Z',
  ])
    .option('--forward <duration>', 'so much later than now, such as 30s, 1h30m, 2d', duration)
    .option('--at <time>', 'exactly this time for the next block: RFC 3339 in UTC, or unix seconds')
    .option('--no-block', 'leave it to the next block to have that time, make none now')
    .action((flags: TimeFlags) => withChain(flags, (session) => time(session, flags)));
  verb(chain, 'pause', 'make no blocks but those asked for', ['pause']).action((flags: DevFlags) =>
    withChain(flags, (session) => pause(session)),
  );
  verb(chain, 'resume', 'make blocks again', ['resume']).action((flags: DevFlags) => withChain(flags, resume));
  verb(chain, 'block-time', 'set how often blocks are made', ['block-time 1000', 'block-time 0'])
    .argument('<ms>', 'from one to the next; 0: a block per transaction', wholeNumber(0, 60_000))
    .action((ms: number, flags: DevFlags) => withChain(flags, (session) => setPace(session, ms)));
}

function duration(text: string): number {
  const seconds = durationSeconds(text);
  if (seconds !== undefined && seconds > 0) return seconds;
  throw new InvalidArgumentError(`a duration such as 30s, 1h30m or 2d is expected, got ${text}`);
}

async function mine({ client, output }: DevSession, blocks: number, { interval }: MineFlags): Promise<void> {
  const progress = new Progress(output, 'mine', blocks, (done) => `${done} blocks`);
  let mined = { height: 0n, time: '' };
  for (let left = blocks; left > 0; left -= BLOCKS_PER_CALL) {
    const count = Math.min(left, BLOCKS_PER_CALL);
    mined = await client.mine(count, { secondsBetween: interval });
    progress.advance(count);
  }
  const rate = progress.rate();
  progress.end(`${blocks} ${blocks === 1 ? 'block' : 'blocks'} made at ${rate}; height ${mined.height}, ${mined.time}`);
  if (output.json) output.result({ blocks, ...mined }, '');
}

async function time(session: DevSession, { forward, at, block }: TimeFlags): Promise<void> {
  if (forward !== undefined && at !== undefined) {
    throw new UsageError('--forward and --at exclude each other', 'prairie chain time --help');
  }
  const { client, output } = session;
  if (forward === undefined && at === undefined) return showTime(session);
  const set = forward === undefined ? await client.setNextBlockTime(at!) : await client.increaseTime(forward);
  if (!block) return output.result(set, `the next block has ${at === undefined ? 'about ' : ''}${set.time}`);
  const mined = await client.mine(1);
  output.result(mined, `block ${mined.height} has ${mined.time}`);
}

async function showTime({ client, output }: DevSession): Promise<void> {
  const { height, time: last, clock, nextBlockTime } = await client.status();
  const plan = nextBlockTime === undefined ? '' : `; the next block is to have ${nextBlockTime}`;
  const human = `clock ${clock.time}, ${ahead(clock.offsetMs)}; block ${height} had ${last}${plan}`;
  output.result({ height, time: last, clock, nextBlockTime }, human);
}

export function ahead(offsetMs: number): string {
  if (offsetMs === 0) return 'that of this machine';
  return `${Math.abs(offsetMs / 1000)} s ${offsetMs > 0 ? 'ahead of' : 'behind'} this machine`;
}

async function pause({ client, output }: DevSession): Promise<void> {
  output.result(await client.pause(), 'paused: blocks come by prairie chain mine; go on with prairie chain resume');
}

async function resume({ client, output }: DevSession): Promise<void> {
  const pace = await client.resume();
  output.result(pace, `blocks come again: ${paceText(pace.blockTimeMs)}`);
}

async function setPace({ client, output }: DevSession, milliseconds: number): Promise<void> {
  const pace = await client.setBlockTime(milliseconds);
  output.result(pace, `${paceText(pace.blockTimeMs)}${pace.paused ? ', once blocks come again' : ''}`);
}

export const paceText = (blockTimeMs: number): string =>
  blockTimeMs === 0 ? 'one per transaction' : `one every ${blockTimeMs} ms`;
