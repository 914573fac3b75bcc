/** `dev_impersonate` and its end: accounts that act without a key. */
import type { MethodTable } from '../rpc/methods.ts';
import { addressIn, refused } from './arguments.ts';
import type { PowerDeps } from './index.ts';

export const impersonationMethods = ({ keepers, impersonations, edit }: PowerDeps): MethodTable => ({
  dev_impersonate: {
    params: [['address', 'string']],
    handle: (args) => {
      const address = addressIn(args);
      try {
        impersonations.add(address);
      } catch (error) {
        throw refused((error as Error).message);
      }
      // its number and sequence are what a sender asks for first
      if (!keepers.accounts.account(address)) edit(() => void keepers.accounts.ensure(address));
      const { account_number, sequence } = keepers.accounts.account(address)!;
      return { address, account_number: account_number.toString(), sequence: sequence.toString() };
    },
  },
  dev_stopImpersonating: {
    params: [['address', 'string']],
    handle: (args) => {
      const address = addressIn(args);
      return { address, stopped: impersonations.remove(address) };
    },
  },
  dev_impersonated: {
    params: [],
    handle: () => ({ addresses: impersonations.addresses }),
  },
});
