/** `prairie sp sync …`: the block syncer's tables: how far they are, building them anew, putting them right. */
import type { Command } from 'commander';
import { fixPaymentVerb } from './fix-payment.ts';
import { rebuildVerb } from './rebuild.ts';
import { statusVerb } from './status.ts';

export function syncVerbs(sp: Command): void {
  const sync = sp.command('sync').description("the block syncer's tables: how far they are, building them anew");
  for (const add of [statusVerb, rebuildVerb, fixPaymentVerb]) add(sync);
}
