/**
 * `npm run bench [-- NAME…]`: a JSON line per case on standard output, progress on standard error. Nothing is asserted
 * here but that bytes come back as they went. Without a name the whole network is measured, by others its parts.
 */
import { parseArgs } from 'node:util';
import { benchChain } from './chain.ts';
import { sizeOf } from './figures.ts';
import { benchGateway } from './gateway.ts';
import { benchMetadata } from './metadata.ts';
import { benchNetwork } from './network.ts';
import { benchObserve } from './observe.ts';
import { benchPieceStore } from './piecestore.ts';
import { benchProcesses } from './processes.ts';
import { benchQueue } from './queue.ts';
import { benchQueuePostgres } from './queue-postgres.ts';
import { benchQuota } from './quota.ts';
import { benchRedundancy } from './redundancy.ts';
import { benchSync } from './sync.ts';
import { benchTransfers } from './transfers.ts';

interface Flags {
  sizes: string[];
  quick: boolean;
  blockTimeMs: number;
  /** Per line, of the parts. */
  seconds: number;
  /** Of databases. */
  engine: string;
}

type Bench = (flags: Flags, signal: AbortSignal) => AsyncIterable<object>;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

const BENCHES: Readonly<Record<string, Bench>> = {
  network: (flags, signal) => benchNetwork(flags, { signal, say }),
  chain: (flags, signal) => benchChain(flags, { signal, say }),
  queue: (flags, signal) => benchQueue(flags, { signal, say }),
  processes: (flags, signal) => benchProcesses(flags, { signal, say }),
  gateway: (flags, signal) => benchGateway(flags, { signal, say }),
  transfers: (flags, signal) => benchTransfers(flags, { signal, say }),
  redundancy: ({ seconds }) => benchRedundancy(seconds),
  piecestore: ({ seconds }) => benchPieceStore(seconds, say),
  quota: ({ seconds }) => benchQuota(seconds),
  observe: ({ seconds }) => benchObserve(seconds),
  sync: ({ seconds }) => benchSync(seconds, say),
  metadata: (flags, signal) => benchMetadata(flags, { signal, say }),
  'queue-postgres': ({ seconds }) => benchQueuePostgres(seconds),
};

const USAGE = `usage: npm run bench -- [NAME…] [OPTION…]
  names: ${Object.keys(BENCHES).join(', ')}; without one: network
  --sizes 64KiB,1MiB   objects of the network benchmark (default: 64KiB,1MiB,16MiB,64MiB)
  --quick              fewer objects, shorter rests (network, chain, queue, gateway, transfers, metadata)
  --engine NAME        of databases: sqlite (default), postgres or mysql (metadata)
  --block-time MS      of the chain (default 500)
  --seconds S          per line, of the other benchmarks (default 1)`;

function parse(args: string[]): { names: string[]; flags: Flags } {
  const { values, positionals } = parseArgs({
    args,
    options: {
      sizes: { type: 'string', default: '64KiB,1MiB,16MiB,64MiB' },
      quick: { type: 'boolean', default: false },
      'block-time': { type: 'string', default: '500' },
      seconds: { type: 'string', default: '1' },
      engine: { type: 'string', default: 'sqlite' },
    },
    allowPositionals: true,
  });
  const unknown = positionals.find((name) => !Object.hasOwn(BENCHES, name));
  if (unknown !== undefined) throw new Error(`unknown benchmark ${unknown}`);
  const sizes = values.sizes.split(',');
  for (const size of sizes) sizeOf(size);
  const [blockTimeMs, seconds] = [Number(values['block-time']), Number(values.seconds)];
  if (!Number.isInteger(blockTimeMs) || blockTimeMs < 0)
    throw new Error('--block-time: a whole number from 0 is expected');
  if (!(seconds > 0)) throw new Error('--seconds: a number above 0 is expected');
  const names = positionals.length > 0 ? positionals : ['network'];
  return { names, flags: { sizes, quick: values.quick, blockTimeMs, seconds, engine: values.engine } };
}

function parsed(): ReturnType<typeof parse> {
  try {
    return parse(process.argv.slice(2));
  } catch (error) {
    say(`${(error as Error).message}\n${USAGE}`);
    process.exit(2);
  }
}

const { names, flags } = parsed();
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // the first ends the run in order, the second at once
  process.on(name, () => (stop.signal.aborted ? process.exit(130) : stop.abort(new Error(`stopped by ${name}`))));
}
// whoever reads the lines has left
process.stdout.on('error', (error) => stop.abort(error));
try {
  for (const name of names) {
    for await (const line of BENCHES[name]!(flags, stop.signal)) process.stdout.write(`${JSON.stringify(line)}\n`);
    stop.signal.throwIfAborted();
  }
} catch (error) {
  say(`bench failed: ${stop.signal.aborted ? (stop.signal.reason as Error).message : (error as Error).stack}`);
  process.exitCode = 1;
}
