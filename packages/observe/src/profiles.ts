/** Profiles of this process, under the paths of Go's pprof but in V8's formats: Chrome and VS Code open them. */
import type { ServerResponse } from 'node:http';
import { Session } from 'node:inspector/promises';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { getHeapSnapshot } from 'node:v8';
import { isSecret, REDACTED } from '@prairie/gfsp';
import { type Page, type PageRequest, sendText } from './http-server.ts';

const MAX_SECONDS = 300;
const DEFAULT_SECONDS = { cpu: 30, heap: 10 } as const;
/** A sample for every so many bytes allocated: V8's own default. */
const HEAP_SAMPLE_BYTES = 32_768;

const LISTING = `profile?seconds=N   processor time for N seconds (default 30), a .cpuprofile
heap?seconds=N      who allocates, sampled for N seconds (default 10), a .heapprofile
heap?snapshot       everything in memory, a .heapsnapshot: the process stands still and needs as much memory again
cmdline             the command line, separated by NUL
`;

type Work = (request: PageRequest, response: ServerResponse) => Promise<void>;

export function profilePages(): Page[] {
  let busy = false;
  /** Two profiles would measure each other. */
  const alone =
    (work: Work): Work =>
    async (request, response) => {
      if (busy) return sendText(response, 409, 'another profile is being taken: try again when it has ended\n');
      busy = true;
      try {
        await work(request, response);
      } finally {
        busy = false;
      }
    };
  return [
    { path: '/debug/pprof/', answer: (_, response) => sendText(response, 200, LISTING) },
    { path: '/debug/pprof/cmdline', answer: (_, response) => sendText(response, 200, commandLine(process.argv)) },
    { path: '/debug/pprof/profile', answer: alone(cpuProfile) },
    {
      path: '/debug/pprof/heap',
      answer: alone((request, response) =>
        request.query.has('snapshot') ? heapSnapshot(request, response) : heapProfile(request, response),
      ),
    },
  ];
}

const cpuProfile: Work = (request, response) =>
  measured(request, response, { kind: 'cpu', file: 'profile.cpuprofile' }, async (session, wait) => {
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
    await wait();
    return (await session.post('Profiler.stop')).profile;
  });

const heapProfile: Work = (request, response) =>
  measured(request, response, { kind: 'heap', file: 'heap.heapprofile' }, async (session, wait) => {
    await session.post('HeapProfiler.startSampling', { samplingInterval: HEAP_SAMPLE_BYTES });
    await wait();
    return (await session.post('HeapProfiler.stopSampling')).profile;
  });

async function measured(
  { query, signal }: PageRequest,
  response: ServerResponse,
  { kind, file }: { kind: keyof typeof DEFAULT_SECONDS; file: string },
  measure: (session: Session, wait: () => Promise<void>) => Promise<unknown>,
): Promise<void> {
  const seconds = Number(query.get('seconds') ?? DEFAULT_SECONDS[kind]);
  if (!(seconds > 0 && seconds <= MAX_SECONDS)) {
    return sendText(
      response,
      400,
      `seconds is ${query.get('seconds')}: expected more than 0, at most ${MAX_SECONDS}\n`,
    );
  }
  const session = new Session();
  session.connect();
  try {
    const profile = await measure(session, () => sleep(seconds * 1000, undefined, { signal }));
    response.setHeader('content-disposition', `attachment; filename="${file}"`);
    sendText(response, 200, JSON.stringify(profile), 'application/json');
  } catch (error) {
    // Nobody is there to get an answer.
    if (!signal.aborted) throw error;
  } finally {
    // Also ends what was started in it.
    session.disconnect();
  }
}

async function heapSnapshot({ signal }: PageRequest, response: ServerResponse): Promise<void> {
  response.setHeader('content-disposition', 'attachment; filename="heap.heapsnapshot"');
  response.setHeader('content-type', 'application/json; charset=utf-8');
  await pipeline(getHeapSnapshot(), response, { signal });
}

/** The arguments without what is secret among them: `--x-password=y`, `--x-password y`. */
export function commandLine(args: readonly string[]): string {
  const shown = args.map((arg, index) => {
    const [name = '', ...value] = arg.split('=');
    if (value.length > 0) return isSecret(name) ? `${name}=${REDACTED}` : arg;
    const before = args[index - 1] ?? '';
    return before.startsWith('-') && !before.includes('=') && isSecret(before) && !arg.startsWith('-') ? REDACTED : arg;
  });
  return shown.join('\0');
}
