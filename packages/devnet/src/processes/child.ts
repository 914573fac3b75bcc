/**
 * What a process of a provider runs: `node child.ts <one JSON argument>`. It prints one line when it serves, and ends
 * when it is told to, or when its parent is gone.
 */
import { loadConfig, startProcess } from '@prairie/sp';
import { givenValue } from './given-value.ts';
import type { ChildOptions } from './process-group.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as ChildOptions;
const { config } = loadConfig({
  path: options.config,
  env: {},
  values: [
    { path: 'Server', text: options.services.join(','), source: 'the devnet' },
    { path: 'GRPCAddress', text: options.grpcAddress, source: 'the devnet' },
    { path: 'Log.Level', text: options.logLevel, source: 'the devnet' },
    { path: 'Log.Path', text: '', source: 'the devnet' },
    ...options.set.map(givenValue),
  ],
});
const running = await startProcess(config, { version: options.version, configPath: options.config });
running.stopped.catch(() => process.exit(1));
process.stdout.write('ready\n');

let stopping = false;
const stop = () => {
  if (stopping) return;
  stopping = true;
  void running.stop().finally(() => process.exit(0));
};
process.on('SIGTERM', stop);
// a terminal's Ctrl-C reaches the whole group: the parent says when it is this process's turn
process.on('SIGINT', () => {});
// a parent that is gone had no time to say so, and its successor wants the ports and the files
process.stdin.on('end', () => process.exit(1)).resume();
