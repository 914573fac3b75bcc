/** §5.6. */
import { greenfieldPayment as payment } from '@prairie/chain';
import { flowRateHandler } from './buckets.ts';
import { type Handler, on } from './handler.ts';

export const paymentHandlers: readonly Handler[] = [
  on(payment.EventPaymentAccountUpdate, async (e, at) => {
    await at.db.payments.putAccount({
      addr: e.addr,
      owner: e.owner,
      refundable: e.refundable,
      update_at: at.height,
      update_time: at.time,
    });
  }),
  on(payment.EventStreamRecordUpdate, async (e, at) => {
    await at.db.payments.putStreamRecord({ ...e, out_flow_count: 0n });
  }),
  flowRateHandler,
];
