/** `prairie chain dump | load | status | audit`. */
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { DevAudit, DevClient, DevStatus } from '@prairie/chain';
import type { Command } from 'commander';
import { bytes } from '../../format.ts';
import { BadNews } from '../../output.ts';
import { Progress } from '../../progress.ts';
import { wholeNumber } from '../../whole-number.ts';
import { ahead, paceText } from './blocks.ts';
import { type DevFlags, type DevSession, verb, withChain } from './dev-session.ts';

interface DumpFlags extends DevFlags {
  height?: number;
}

export function stateVerbs(chain: Command): void {
  verb(chain, 'dump', "write the chain's state into a file", ['dump state.jsonl.gz'])
    .argument('<file>', 'lines of JSON; compressed when the name ends in .gz')
    .option('--height <n>', 'the state after an older block', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .action((file: string, flags: DumpFlags) => withChain(flags, (session) => dump(session, file, flags)));
  verb(chain, 'load', "replace the chain's state and blocks by those of a dump", ['load state.jsonl.gz'])
    .argument('<file>', 'as dump wrote it')
    .action((file: string, flags: DevFlags) => withChain(flags, (session) => load(session, file)));
  verb(chain, 'status', 'where the chain stands', ['status', 'status --json']).action((flags: DevFlags) =>
    withChain(flags, (session) => status(session)),
  );
  verb(chain, 'audit', 'check that coins, streams, sizes and deposits add up', ['audit']).action((flags: DevFlags) =>
    withChain(flags, (session) => audit(session)),
  );
}

const isPacked = (file: string): boolean => file.endsWith('.gz');

/** The file is there when the command has succeeded, or as it was before. */
async function dump({ client, output }: DevSession, file: string, { height }: DumpFlags): Promise<void> {
  const progress = new Progress(output, file, 0, (entries) => `${entries} entries`);
  const part = `${file}.part`;
  const written = { height: 0n, entries: 0 };
  const text = async function* () {
    const at = height === undefined ? {} : { height: BigInt(height) };
    for await (const page of client.dump(at)) {
      Object.assign(written, { height: page.height, entries: page.entries });
      if (output.interactive) progress.stage(`height ${page.height}, ${page.entries} entries`);
      yield page.lines.map((line) => `${line}\n`).join('');
    }
  };
  try {
    if (isPacked(file)) await pipeline(text, createGzip(), createWriteStream(part));
    else await pipeline(text, createWriteStream(part));
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  const { size } = await stat(file);
  progress.end(`the state after block ${written.height}: ${written.entries} entries, ${bytes(size)}`);
  if (output.json) output.result({ file, ...written, size }, '');
}

async function load({ client, output }: DevSession, file: string): Promise<void> {
  const { size } = await stat(file);
  const progress = new Progress(output, file, size);
  progress.stage('loading');
  const { height } = await client.load(linesOf(file, progress));
  progress.end(`loaded, the chain goes on at height ${height}`);
  if (output.json) output.result({ file, height }, '');
}

async function* linesOf(file: string, progress: Progress): AsyncGenerator<string> {
  const source = createReadStream(file);
  source.on('data', (chunk) => progress.advance(chunk.length));
  const text = isPacked(file) ? source.pipe(createGunzip()) : source;
  const failed = new Promise<never>((_, reject) => {
    source.on('error', reject);
    text.on('error', reject);
  });
  failed.catch(() => {});
  const lines = createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { value, done } = await Promise.race([lines.next(), failed]);
      if (done) return;
      if (value !== '') yield value;
    }
  } finally {
    source.destroy();
  }
}

async function status({ client, output }: DevSession): Promise<void> {
  const answer = await client.status();
  output.result(answer, statusText(answer, await countsOf(client)));
}

const countsOf = async (client: DevClient) => ({
  snapshots: await client.snapshots(),
  who: await client.impersonated(),
});

function statusText(answer: DevStatus, { snapshots, who }: Awaited<ReturnType<typeof countsOf>>): string {
  const { clock, mempool } = answer;
  const rows: [string, string][] = [
    ['chain', answer.chainId],
    ['height', `${answer.height}, ${answer.time}`],
    ['clock', `${clock.time}, ${ahead(clock.offsetMs)}`],
    ['blocks', answer.paused ? 'paused' : paceText(answer.blockTimeMs)],
    ['waiting', `${mempool.txs} transactions, ${bytes(mempool.bytes)}`],
    ['history', `queries from height ${answer.oldestState || 1n} on`],
    ['snapshots', snapshots.map(({ id, height }) => `${id} (height ${height})`).join(', ') || 'none'],
    ['impersonated', who.join(', ') || 'nobody'],
    ['state', answer.dataDir ?? 'in memory only'],
  ];
  return rows.map(([name, text]) => `${name.padEnd(14)}${text}`).join('\n');
}

async function audit({ client, output }: DevSession): Promise<void> {
  const answer = await client.audit();
  output.result(answer, auditText(answer));
  if (!answer.sound) throw new BadNews('the audit found faults');
}

function auditText({ height, sound, audits, findings, total }: DevAudit): string {
  if (sound) return `all is sound at height ${height}: ${audits.join(', ')}`;
  const more = total > findings.length ? [`and ${total - findings.length} more`] : [];
  return [
    `${total} faults at height ${height}`,
    ...findings.map(({ audit, text }) => `${audit}: ${text}`),
    ...more,
  ].join('\n');
}
