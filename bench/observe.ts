import { type ModuleCall, type SpDb, silentLogger } from '@prairie/gfsp';
import { Metrics, observeCalls, observeSpDb, startTracing } from '@prairie/observe';
import { type Measurement, measure } from './measure.ts';

/** Calls per run: one alone is shorter than the clock is exact. */
const CALLS = 10_000;

const answer = async (): Promise<number> => 1;
const CALL: ModuleCall = { module: 'signer', method: 'sign', args: ['gfsp_receive_piece_task'] };

/** What watching costs: ten thousand calls of a module that answers at once. */
export async function* benchObserve(seconds: number): AsyncGenerator<Measurement> {
  const metrics = new Metrics();
  const repeat = (call: () => unknown) => async () => {
    for (let i = 0; i < CALLS; i++) await call();
  };
  yield await measure({ name: 'observe: 10k calls, bare', bytes: 0, run: repeat(answer) }, seconds);
  const counted = observeCalls(metrics);
  yield await measure(
    { name: 'observe: 10k calls, metrics', bytes: 0, run: repeat(() => counted(CALL, answer)) },
    seconds,
  );
  for (const sample of [0, 1]) {
    // Nobody listens there: spans are made and dropped.
    const endpoint = 'http://127.0.0.1:9/v1/traces';
    const tracing = await startTracing({ endpoint, service: 'bench', sample }, { logger: silentLogger });
    const traced = observeCalls(metrics, tracing.interceptor);
    const name = `observe: 10k calls, metrics and traces, sample ${sample}`;
    yield await measure({ name, bytes: 0, run: repeat(() => traced(CALL, answer)) }, seconds);
    await tracing.stop();
  }
  const db = observeSpDb({ getIntegrity: async () => undefined } as unknown as SpDb, metrics);
  yield await measure(
    { name: 'observe: 10k database reads', bytes: 0, run: repeat(() => db.getIntegrity(1n, -1)) },
    seconds,
  );
  yield await measure({ name: 'observe: scrape', bytes: 0, run: () => metrics.text() }, seconds);
}
