/** Gas of transactions: a fixed price per message, never less than a price per byte of long transactions. */
import { type AnyMessage, cosmosGashubV1beta1 as gashub, txGas } from '@prairie/chain';
import { ChainError, type State, type Table } from '../../context.ts';
import { UPGRADES, type Upgrade, type UpgradePlan } from '../../upgrades.ts';
import { StoredParams } from '../params/governed-params.ts';
import { GAS_TABLE, TABLE_CHANGES } from './gas-table.ts';

const INVALID_PARAMS = 2;

export const invalidGasParams = (detail: string): ChainError =>
  new ChainError('gashub', INVALID_PARAMS, `${detail}: invalid msg gas params`);

export class GashubKeeper {
  private readonly prices: Table<gashub.MsgGasParams>;
  readonly parameters: StoredParams<gashub.Params>;

  constructor(state: State) {
    this.prices = state.table('gashub/gas', gashub.MsgGasParams);
    const options = { defaults: { max_tx_size: 65536n, min_gas_per_byte: 5n }, check: checkParams };
    this.parameters = new StoredParams(state, 'gashub/params', gashub.Params, options);
  }

  get params(): gashub.Params {
    return this.parameters.get();
  }

  price(typeUrl: string): gashub.MsgGasParams | undefined {
    return this.prices.get(priceKey(typeUrl));
  }

  setPrice(price: gashub.MsgGasParams): void {
    this.prices.set(priceKey(price.msg_type_url), price);
  }

  removePrice(typeUrl: string): void {
    this.prices.delete(priceKey(typeUrl));
  }

  /** Shorter names first: the chain's order. */
  list(options: { from?: string; reverse?: boolean }): Iterable<[string, gashub.MsgGasParams]> {
    return this.prices.range(options);
  }

  /**
   * Prices of a genesis file. A chain that is born with all upgrades has the whole table, with what public networks
   * switched on again by vote; one that is born with some of them has what those changed.
   */
  initialize(prices: readonly gashub.MsgGasParams[], plan: UpgradePlan): void {
    if (plan.bornWithAll) for (const price of GAS_TABLE) this.setPrice(price);
    for (const price of prices) this.setPrice(price);
    if (plan.bornWithAll) return;
    for (const upgrade of UPGRADES) if (plan.isActive(upgrade, 0n)) this.upgrade(upgrade);
  }

  /** Prices that an upgrade brings or takes away. */
  upgrade(upgrade: Upgrade): void {
    const { adds = [], removes = [] } = TABLE_CHANGES[upgrade] ?? {};
    for (const typeUrl of removes) this.removePrice(typeUrl);
    for (const price of GAS_TABLE) if (adds.includes(price.msg_type_url)) this.setPrice(price);
  }

  /** @throws ChainError gashub/2 for a message without a price */
  gasOf(messages: readonly { typeUrl: string; value: AnyMessage }[], txSize: number): bigint {
    return txGas(messages, txSize, {
      priceOf: (typeUrl) => this.priceOf(typeUrl),
      gasPerByte: this.params.min_gas_per_byte,
    });
  }

  private priceOf(typeUrl: string): gashub.MsgGasParams {
    const price = this.price(typeUrl);
    if (!price) throw invalidGasParams(`unknown msg type ${typeUrl}`);
    return price;
  }
}

/** @throws ChainError gashub/2 */
function checkParams({ max_tx_size, min_gas_per_byte }: gashub.Params): void {
  if (max_tx_size <= 0n) throw invalidGasParams('max_tx_size must be positive');
  if (min_gas_per_byte <= 0n) throw invalidGasParams('min_gas_per_byte must be positive');
}

/** Keys sort by length first, as the node's length-prefixed keys do. */
export const priceKey = (typeUrl: string): string => String.fromCharCode(typeUrl.length) + typeUrl;
