/** `prairie sp tasks`: what a running manager has in its queues, and the approvals that the approver keeps. */
import type { Command } from 'commander';
import { createOutput } from '../../output.ts';
import { type ConfigFlags, readConfig, withConfig } from './configuration.ts';
import { tlsOf, unreachable, WAIT_MS } from './manager.ts';

interface TasksFlags extends ConfigFlags {
  endpoint?: string;
}

export function tasksVerb(sp: Command): void {
  withConfig(
    sp.command('tasks').summary('tasks and approvals whose key contains a text, as the running provider has them'),
  )
    .argument('<key-part>', 'part of the key, like the number of an object or the name of a bucket')
    .option(
      '--endpoint <host:port>',
      'gRPC address of the manager, or of the whole provider (default: what the configuration says)',
    )
    .addHelpText('after', '\nExample:\n  prairie sp tasks 1042 --endpoint localhost:9333\n')
    .action(query);
}

async function query(keyPart: string, flags: TasksFlags): Promise<void> {
  const { config } = readConfig(flags);
  const addressesOf = (configured: readonly string[]) => {
    if (flags.endpoint !== undefined) return [flags.endpoint];
    return configured.length > 0 ? configured : [config.grpcAddress];
  };
  const manager = addressesOf(config.endpoint.manager);
  const { connectModules } = await import('@prairie/rpc');
  const endpoints = { manager, approver: addressesOf(config.endpoint.approver) };
  const { modules, close } = connectModules(endpoints, { ...tlsOf(config), waitMs: WAIT_MS });
  try {
    const asked = [modules.manager.queryTasks(keyPart), modules.approver.queryTasks(keyPart)];
    const answers = await Promise.allSettled(asked);
    const failed = answers.filter((answer) => answer.status === 'rejected').map(({ reason }) => reason);
    // the process at an address that was named may have one of the two
    const isEnough = answers[0]?.status === 'fulfilled' || (flags.endpoint !== undefined && failed.length < 2);
    if (!isEnough) throw unreachable(failed[0], manager);
    const tasks = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    createOutput(flags.json === true).result(tasks, tasks.join('\n') || `no task has ${keyPart} in its key`);
    for (const reason of failed) process.stderr.write(`note: not everything is shown: ${messageOf(reason)}\n`);
  } finally {
    close();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
