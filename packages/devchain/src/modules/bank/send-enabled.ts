/** Whether users may send a denomination: by its own entry, or by the default of the parameters. */
import { cosmosBankV1beta1 as bank } from '@prairie/chain';
import { DENOM } from '../../coins.ts';
import { type ChainModule, type MessageHandler, message, query, type State, type Table } from '../../context.ts';
import { paginate } from '../../pagination.ts';
import { sdkErrors } from '../../sdk-errors.ts';
import { type ParamsAccess, StoredParams } from '../params/governed-params.ts';
import { checkAuthority } from '../permission/authority.ts';
import { bankErrors } from './errors.ts';

const DENOMINATION = /^[a-zA-Z][a-zA-Z0-9/:._-]{2,127}$/;
const defaults: bank.Params = { send_enabled: [], default_send_enabled: true };

/** The parameters' own list of entries is only a way to state them. */
export class SendEnabled implements ParamsAccess<bank.Params> {
  private readonly parameters: StoredParams<bank.Params>;
  private readonly entries: Table<bank.SendEnabled>;

  constructor(state: State) {
    this.parameters = new StoredParams(state, 'bank/params', bank.Params, { defaults });
    this.entries = state.table('bank/send_enabled', bank.SendEnabled);
  }

  get(): bank.Params {
    return this.parameters.get();
  }

  set({ send_enabled, default_send_enabled }: bank.Params): void {
    for (const entry of send_enabled) this.setEntry(entry);
    this.parameters.set({ send_enabled: [], default_send_enabled });
  }

  check({ send_enabled }: bank.Params): void {
    checkEntries(send_enabled.map(({ denom }) => denom));
  }

  entry(denom: string): bank.SendEnabled | undefined {
    return this.entries.get(denom);
  }

  setEntry(entry: bank.SendEnabled): void {
    this.entries.set(entry.denom, entry);
  }

  removeEntry(denom: string): void {
    this.entries.delete(denom);
  }

  list(options: { from?: string; reverse?: boolean }): Iterable<[string, bank.SendEnabled]> {
    return this.entries.range(options);
  }

  /** @throws ChainError bank/5 when users may not send coins now */
  require(): void {
    const { enabled } = this.entry(DENOM) ?? { enabled: this.get().default_send_enabled };
    if (!enabled) throw bankErrors.sendDisabled(`${DENOM} transfers are currently disabled`);
  }
}

function checkEntries(denoms: readonly string[]): void {
  for (const [i, denom] of denoms.entries()) {
    if (!DENOMINATION.test(denom)) throw sdkErrors.invalidRequest(`invalid denom: ${denom}`);
    if (denoms.indexOf(denom) !== i) throw sdkErrors.invalidRequest(`duplicate denom entries found for "${denom}"`);
  }
}

export function setSendEnabledMessage(sends: SendEnabled): MessageHandler {
  return message<bank.MsgSetSendEnabled>({
    type: bank.MsgSetSendEnabled,
    response: bank.MsgSetSendEnabledResponse,
    signers: (msg) => [msg.authority],
    validateBasic({ send_enabled, use_default_for }) {
      checkEntries(send_enabled.map(({ denom }) => denom));
      checkEntries(use_default_for);
    },
    handle(_ctx, { authority, send_enabled, use_default_for }) {
      checkAuthority(authority);
      for (const entry of send_enabled) sends.setEntry(entry);
      for (const denom of use_default_for) sends.removeEntry(denom);
      return {};
    },
  });
}

export function sendEnabledQuery(sends: SendEnabled): ChainModule['queries'] {
  return {
    '/cosmos.bank.v1beta1.Query/SendEnabled': query({
      request: bank.QuerySendEnabledRequest,
      response: bank.QuerySendEnabledResponse,
      handle(_ctx, { denoms, pagination }) {
        if (denoms.length > 0) {
          return { send_enabled: denoms.map((denom) => sends.entry(denom)).filter((entry) => entry !== undefined) };
        }
        const page = paginate(pagination, { walk: (options) => sends.list(options) });
        return { send_enabled: page.items, pagination: page.pagination };
      },
    }),
  };
}
