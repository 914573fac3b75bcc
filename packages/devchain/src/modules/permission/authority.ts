/** `MsgUpdateParams` is accepted from the gov module's account alone (`reference/chain-state-machine.md` §1.1). */
import { moduleAddress, sameAddress } from '@prairie/chain';
import { ChainError } from '../../context.ts';

/** `expected gov account as only signer for proposal message` of codespace gov. */
const INVALID_SIGNER = 13;

export function checkAuthority(authority: string): void {
  const expected = moduleAddress('gov');
  if (sameAddress(authority, expected)) return;
  throw new ChainError(
    'gov',
    INVALID_SIGNER,
    `invalid authority; expected ${expected}, got ${authority}: invalid signer`,
  );
}
