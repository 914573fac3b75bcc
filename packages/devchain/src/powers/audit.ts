/** `dev_audit`: whether the state adds up, table against table. */
import type { AppKeepers } from '../chain/app.ts';
import { auditDistribution } from '../modules/distribution/audit.ts';
import { auditPayment } from '../modules/payment/audit.ts';
import { auditProviders } from '../modules/sp/audit.ts';
import { auditStaking } from '../modules/staking/audit.ts';
import { auditStorage } from '../modules/storage/audit.ts';
import { auditVirtualGroups } from '../modules/virtualgroup/audit.ts';
import type { MethodTable } from '../rpc/methods.ts';
import type { PowerDeps } from './index.ts';

/** Sentences that an answer lists; the number of all is beside them. */
const MAX_LISTED = 100;

/** What is looked at, by name. `now` is the block time in seconds. Each gives a sentence per fault. */
const AUDITS: Readonly<Record<string, (keepers: AppKeepers, now: bigint) => string[]>> = {
  supply: ({ bank }) => auditSupply(bank),
  payment: ({ payment }, now) => auditPayment(payment, now),
  providers: ({ sp }) => auditProviders(sp),
  virtual_groups: ({ virtualGroup }) => auditVirtualGroups(virtualGroup),
  storage: (keepers) => auditStorage(keepers),
  staking: ({ staking }) => auditStaking(staking),
  distribution: ({ distribution }) => auditDistribution(distribution),
};

export const auditMethods = ({ chain, keepers }: PowerDeps): MethodTable => ({
  dev_audit: {
    params: [],
    handle: () => {
      const now = chain.lastTime.seconds;
      const faults = Object.entries(AUDITS).map(([name, audit]) => [name, audit(keepers, now)] as const);
      const findings = faults.flatMap(([name, texts]) => texts.map((text) => ({ audit: name, text })));
      return {
        height: String(chain.height),
        sound: findings.length === 0,
        audits: Object.keys(AUDITS),
        findings: findings.slice(0, MAX_LISTED),
        total: findings.length,
      };
    },
  },
});

function auditSupply(bank: AppKeepers['bank']): string[] {
  let total = 0n;
  for (const [, balance] of bank.owners()) total += balance;
  return total === bank.supply ? [] : [`all accounts together have ${total} wei, the supply is ${bank.supply}`];
}
