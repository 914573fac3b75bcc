import { defineErrors } from '@prairie/gfsp';

/** `reference/internal-grpc.md` §1.1; texts of `reference/gateway-http.md` §4.10. */
export const signerErrors = defineErrors('signer', {
  sign: [400, 120001, 'sign message with private key failed'],
  seal: [400, 120002, 'send sealObject msg failed'],
  rejectSeal: [400, 120003, 'send rejectUnsealObject msg failed'],
  discontinueBucket: [400, 120004, 'send discontinueBucket msg failed'],
  nilMessage: [400, 120005, 'dangling pointer'],
  createGvg: [400, 120006, 'send createGlobalVirtualGroup msg failed'],
  completeMigrateBucket: [400, 120007, 'send complete migrate bucket msg failed'],
  swapOut: [400, 120008, 'send swap out msg failed'],
  completeSwapOut: [400, 120009, 'send complete swap out msg failed'],
  spExit: [400, 120010, 'send sp exit msg failed'],
  completeSpExit: [400, 120011, 'send complete sp exit msg failed'],
  updatePrice: [400, 120012, 'send update sp price msg failed'],
  rejectMigrateBucket: [400, 120013, 'send reject migrate bucket msg failed'],
  deposit: [400, 120014, 'send deposit msg failed'],
  deleteGvg: [400, 120015, 'send delete gvg msg failed'],
  reserveSwapIn: [400, 120016, 'send reserve swap in msg failed'],
  completeSwapIn: [400, 120017, 'send complete swap in msg failed'],
  cancelSwapIn: [400, 120018, 'send cancel swap in msg failed'],
  delegateUpdate: [400, 120019, 'send delegate update object content msg failed'],
  delegateCreate: [400, 120020, 'send delegate create object msg failed'],
});

/** What failed, for a text that others read: no stack, no keys. */
export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
