/** `npm run bench [-- NAME…] [--seconds S]`: a JSON line per measurement. Nothing is asserted here. */
import { parseArgs } from 'node:util';
import type { Measurement } from './measure.ts';
import { benchPieceStore } from './piecestore.ts';
import { benchRedundancy } from './redundancy.ts';

/** Each measures for about `seconds` per line. */
const BENCHES: Readonly<Record<string, (seconds: number) => AsyncIterable<Measurement>>> = {
  redundancy: benchRedundancy,
  piecestore: benchPieceStore,
};

const { values, positionals } = parseArgs({
  options: { seconds: { type: 'string', default: '1' } },
  allowPositionals: true,
});
const seconds = Number(values.seconds);
const unknown = positionals.find((name) => !Object.hasOwn(BENCHES, name));
if (unknown !== undefined || !(seconds > 0)) {
  process.stderr.write(unknown === undefined ? '--seconds: a number above 0\n' : `unknown benchmark ${unknown}\n`);
  process.stderr.write(`benchmarks: ${Object.keys(BENCHES).join(', ')}\n`);
  process.exit(2);
}
for (const name of positionals.length > 0 ? positionals : Object.keys(BENCHES)) {
  for await (const line of BENCHES[name]!(seconds)) process.stdout.write(`${JSON.stringify(line)}\n`);
}
