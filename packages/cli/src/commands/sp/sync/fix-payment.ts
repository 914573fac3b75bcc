/** `prairie sp sync fix-payment`: whether payment accounts can be refunded, as the chain has it. */
import type { Command } from 'commander';
import { createOutput } from '../../../output.ts';
import { type ConfigFlags, readConfig, withConfig } from '../configuration.ts';

export function fixPaymentVerb(sync: Command): void {
  withConfig(
    sync.command('fix-payment').summary("put right which payment accounts can be refunded, by the chain's answers"),
  )
    .addHelpText('after', '\nExample:\n  prairie sp sync fix-payment --config config.toml\n')
    .action(fix);
}

async function fix(flags: ConfigFlags): Promise<void> {
  const { config } = readConfig(flags);
  // the provider is loaded only here: the other commands start without it
  const { fixPayments, refundableOnChain, withSyncedTables } = await import('@prairie/sp');
  const result = await withSyncedTables(config, ({ db, chain }) => fixPayments(db.current, refundableOnChain(chain)));
  const { checked, fixed } = result;
  const lines = [`${checked} payment accounts looked at, ${fixed.length} put right`, ...fixed];
  createOutput(flags.json === true).result(result, lines.join('\n'));
}
