/** `prairie sp ls`: the storage providers of a chain. */
import { enumText } from '@prairie/chain';
import type { Command } from 'commander';
import { table } from '../../format.ts';
import { Session, type SessionFlags, withSession } from '../../session.ts';

export function listVerb(sp: Command): void {
  withSession(sp.command('ls').alias('list').summary('list the storage providers of the chain'))
    .addHelpText('after', '\nExample:\n  prairie sp ls --json\n')
    .action((flags: SessionFlags) => Session.run(flags, list));
}

async function list(session: Session): Promise<void> {
  const providers = (await session.chain.listSps()).sort((a, b) => a.id - b.id);
  const rows = providers.map((sp) => {
    const status = enumText('greenfield.sp.Status', sp.status)
      .replace('STATUS_', '')
      .toLowerCase()
      .replaceAll('_', ' ');
    return [String(sp.id), sp.description.moniker, status, sp.endpoint, sp.operator_address];
  });
  const data = providers.map(({ id, endpoint, operator_address, status }) => ({
    id,
    endpoint,
    operatorAddress: operator_address,
    status,
  }));
  session.output.result(data, table(['ID', 'NAME', 'STATUS', 'ENDPOINT', 'OPERATOR'], rows));
}
