export { paymentAccountAddress } from './addresses.ts';
export { auditPayment } from './audit.ts';
export type { Bill, Flow } from './bills.ts';
export type { StreamChange, StreamOptions } from './engine.ts';
export { paymentErrors } from './errors.ts';
export { type PaymentDeps, PaymentKeeper, type PaymentSums } from './keeper.ts';
export { createPaymentModule } from './module.ts';
export { type Cursor, type PageOptions, page } from './pages.ts';
export type { StreamRecord } from './streams.ts';
