/** Whether the deposits of providers are there, and every provider is found by its operator (a walk over all of them). */
import type { SpKeeper } from './keeper.ts';

/** What is wrong, a sentence each; none when all is sound. */
export function auditProviders(keeper: SpKeeper): string[] {
  const findings: string[] = [];
  let deposited = 0n;
  for (const provider of keeper.all()) {
    deposited += provider.total_deposit;
    if (provider.total_deposit < 0n)
      findings.push(`provider ${provider.id} has a deposit of ${provider.total_deposit}`);
    const found = keeper.byOperator(provider.operator_address)?.id;
    if (found !== provider.id) findings.push(`operator ${provider.operator_address} leads to provider ${found}`);
  }
  const held = keeper.deps.bank.balance(keeper.moduleAddress);
  if (held !== deposited) findings.push(`the sp account holds ${held} wei, deposits are ${deposited}`);
  return findings;
}
