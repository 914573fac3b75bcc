/** MsgSend and MsgMultiSend (`reference/chain-state-machine.md` §3). */
import { addressBytes, cosmosBankV1beta1 as bank, toChecksumAddress } from '@prairie/chain';
import { amountOf, coinText } from '../../coins.ts';
import { type Context, type MessageHandler, message } from '../../context.ts';
import { sdkErrors } from '../../sdk-errors.ts';
import type { AccountKeeper } from '../auth/keeper.ts';
import { bankErrors } from './errors.ts';
import type { BankKeeper } from './keeper.ts';

function checkAddress(role: string, text: string): void {
  try {
    addressBytes(text);
  } catch (error) {
    throw sdkErrors.invalidAddress(`invalid ${role} address: ${(error as Error).message}`);
  }
}

export function bankMessages(bankKeeper: BankKeeper, accounts: AccountKeeper): MessageHandler[] {
  return [
    message<bank.MsgSend>({
      type: bank.MsgSend,
      response: bank.MsgSendResponse,
      signers: (msg) => [msg.from_address],
      validateBasic(msg) {
        checkAddress('from', msg.from_address);
        checkAddress('to', msg.to_address);
        amountOf(msg.amount);
      },
      handle(ctx, msg) {
        bankKeeper.sends.require();
        bankKeeper.checkReceiver(ctx, msg.to_address);
        bankKeeper.send(ctx, msg.from_address, msg.to_address, amountOf(msg.amount));
        return {};
      },
    }),
    message<bank.MsgMultiSend>({
      type: bank.MsgMultiSend,
      response: bank.MsgMultiSendResponse,
      signers: (msg) => msg.inputs.map((input) => input.address),
      validateBasic: checkMultiSend,
      handle(ctx, msg) {
        bankKeeper.sends.require();
        for (const output of msg.outputs) bankKeeper.checkReceiver(ctx, output.address);
        multiSend(ctx, msg, bankKeeper, accounts);
        return {};
      },
    }),
  ];
}

function checkMultiSend(msg: bank.MsgMultiSend): void {
  if (msg.inputs.length === 0) throw bankErrors.noInputs();
  if (msg.inputs.length > 1) throw bankErrors.multipleSenders();
  if (msg.outputs.length === 0) throw bankErrors.noOutputs();
  checkAddress('input', msg.inputs[0]!.address);
  for (const output of msg.outputs) checkAddress('output', output.address);
  const given = amountOf(msg.inputs[0]!.coins);
  const taken = msg.outputs.reduce((sum, output) => sum + amountOf(output.coins), 0n);
  if (given !== taken) throw bankErrors.sumMismatch();
}

/** One debit, then a credit and a bare `transfer` per output. */
function multiSend(ctx: Context, msg: bank.MsgMultiSend, bankKeeper: BankKeeper, accounts: AccountKeeper): void {
  const [input] = msg.inputs;
  bankKeeper.spend(ctx, input!.address, amountOf(input!.coins));
  ctx.emit('message', { sender: toChecksumAddress(input!.address) });
  for (const output of msg.outputs) {
    const amount = amountOf(output.coins);
    bankKeeper.receive(ctx, output.address, amount);
    ctx.emit('transfer', { recipient: toChecksumAddress(output.address), amount: coinText(amount) });
    accounts.ensure(output.address);
  }
}
