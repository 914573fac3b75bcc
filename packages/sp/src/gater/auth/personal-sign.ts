/** Texts that a wallet signs with `personal_sign` (`reference/gateway-http.md` §2.9 steps 4–5, §2.10). */
import { recoverAddress } from '@prairie/chain';
import { personalSignDigest } from '@prairie/client';
import { gatewayErrors } from '../errors.ts';

/** `0x` and 65 bytes: R, S, V. */
const SIGNATURE = /^0[xX][0-9a-fA-F]{130}$/;

/**
 * The account that signed `text`, checksummed. V may be 0 and 1, as the Go SDK has it, or 27 and 28, as wallets do.
 * @throws gateway 50015, also for what is no hex
 */
export function recoverPersonalSign(text: string, signatureHex: string): string {
  if (!SIGNATURE.test(signatureHex)) {
    throw gatewayErrors.wrongSignature(
      `signature is invalid: 0x and 130 hex digits expected, got ${signatureHex.length} characters`,
    );
  }
  try {
    const signature = Buffer.from(signatureHex.slice(2), 'hex');
    return recoverAddress(personalSignDigest(text), signature, { legacyV: true, highS: true });
  } catch (error) {
    throw gatewayErrors.wrongSignature('signature is invalid: no account can be recovered from it', error);
  }
}
