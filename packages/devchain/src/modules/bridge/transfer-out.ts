/** `MsgTransferOut`: an account sends coins to an address of BSC, and pays the relayer for both ways. */
import { addressBytes, greenfieldBridge as bridge, toChecksumAddress } from '@prairie/chain';
import { amountOf, coin } from '../../coins.ts';
import { type Context, type MessageHandler, message, type State } from '../../context.ts';
import { sdkErrors } from '../../sdk-errors.ts';
import type { BankKeeper } from '../bank/index.ts';
import { BSC, type CrosschainKeeper, word } from '../crosschain/index.ts';
import type { StoredParams } from '../params/governed-params.ts';
import { checkAddress } from '../storage/names.ts';

export interface BridgeDeps {
  state: State;
  bank: Pick<BankKeeper, 'sendToModule'>;
  crosschain: Pick<CrosschainKeeper, 'send'>;
}

/** Addresses are 20 bytes, in words of 32. */
const addressWord = (address: string): Buffer => Buffer.concat([Buffer.alloc(12), addressBytes(address)]);

export function transferOutMessage(deps: BridgeDeps, parameters: StoredParams<bridge.Params>): MessageHandler {
  return message<bridge.MsgTransferOut>({
    type: bridge.MsgTransferOut,
    response: bridge.MsgTransferOutResponse,
    signers: (msg) => [msg.from],
    validateBasic(msg) {
      checkAddress(msg.from, 'sender');
      checkAddress(msg.to, 'receiver');
      positiveAmount(msg);
    },
    handle(ctx, msg) {
      transferOut(deps, parameters.get(), ctx, msg);
      return {};
    },
  });
}

function positiveAmount({ amount }: bridge.MsgTransferOut): bigint {
  if (!amount) throw sdkErrors.invalidCoins('no amount');
  return amountOf([amount]);
}

/** The amount and both fees leave the account in one transfer. */
function transferOut(
  { bank, crosschain }: BridgeDeps,
  params: bridge.Params,
  ctx: Context,
  msg: bridge.MsgTransferOut,
) {
  const amount = positiveAmount(msg);
  const relayerFee = BigInt(params.bsc_transfer_out_relayer_fee);
  const ackRelayerFee = BigInt(params.bsc_transfer_out_ack_relayer_fee);
  bank.sendToModule(ctx, msg.from, 'crosschain', amount + relayerFee + ackRelayerFee);
  const payload = Buffer.concat([word(amount), addressWord(msg.to), addressWord(msg.from)]);
  const sequence = crosschain.send(
    ctx,
    { destChain: BSC, channel: 'transferOut' },
    { payload, relayerFee, ackRelayerFee },
  );
  ctx.emitTyped(bridge.EventCrossTransferOut, {
    from: toChecksumAddress(msg.from),
    to: toChecksumAddress(msg.to),
    amount: coin(amount),
    relayer_fee: coin(relayerFee + ackRelayerFee),
    sequence,
    dest_chain_id: BSC,
  });
}
