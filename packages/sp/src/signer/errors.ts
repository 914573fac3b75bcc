import { defineErrors } from '@prairie/gfsp';

/** `reference/gateway-http.md` §4.10. */
export const signerErrors = defineErrors('signer', {
  sign: [400, 120001, 'sign message with private key failed'],
  seal: [400, 120002, 'send sealObject msg failed'],
  rejectSeal: [400, 120003, 'send rejectUnsealObject msg failed'],
  nilMessage: [400, 120005, 'dangling pointer'],
  createGvg: [400, 120006, 'send createGlobalVirtualGroup msg failed'],
});
