/** The chain's gas table, fetched once and again when the chain disagrees: fees without a simulation. */
import { txGas } from '../gas.ts';
import type { MsgGasParams } from '../proto/generated/cosmos.gashub.v1beta1.ts';
import { buildTx, MIN_GAS_PRICE, type TxFee, type TxOptions } from '../tx.ts';
import { isSdk, TxError } from './errors.ts';
import type { Lists, Queries } from './facade.ts';
import { collect } from './pages.ts';

interface Prices {
  byType: ReadonlyMap<string, MsgGasParams>;
  gasPerByte: bigint;
}

/** A transaction grows a little between here and its signing: the numbers of its fee. */
const SLACK_BYTES = 32;
const SIGNATURE_BYTES = 65;

export class GasTable {
  private readonly queries: { q: Queries; list: Lists };
  private prices: Promise<Prices> | undefined;
  /** Base units per gas: the nodes' default, until one asks for more or a simulation tells. */
  private price = MIN_GAS_PRICE;

  constructor(queries: { q: Queries; list: Lists }) {
    this.queries = queries;
  }

  get gasPrice(): bigint {
    return this.price;
  }

  /** The price that a node told. */
  learn(gasPrice: bigint): void {
    this.price = gasPrice;
  }

  /** What a transaction has to offer. @throws Error for a message that has no price */
  async feeOf(tx: Omit<TxOptions, 'fee'> & { fee?: Partial<TxFee> }): Promise<TxFee> {
    const { byType, gasPerByte } = await this.table();
    const priceOf = (typeUrl: string): MsgGasParams => {
      const price = byType.get(typeUrl);
      if (!price) throw new Error(`the chain has no gas price for ${typeUrl}, so it takes no such message`);
      return price;
    };
    const draft = buildTx({ ...tx, fee: { gasLimit: 1n, amount: 1n, ...tx.fee } }, new Uint8Array(SIGNATURE_BYTES));
    const messages = tx.messages.map(({ type, value }) => ({ typeUrl: type.typeUrl, value }));
    const gasLimit = txGas(messages, draft.length + SLACK_BYTES, { priceOf, gasPerByte });
    return { ...tx.fee, gasLimit, amount: gasLimit * this.price };
  }

  /** Whether the chain refused because of gas or fee, and another look may help: what it said is taken in. */
  corrects(error: unknown): boolean {
    if (!(error instanceof TxError) || error.stage !== 'checked') return false;
    if (isSdk(error, 11) || (error.codespace === 'gashub' && error.code === 2)) {
      this.prices = undefined;
      return true;
    }
    return isSdk(error, 13) && this.takePrice(error.log);
  }

  private takePrice(log: string): boolean {
    const amounts = /got: (\d+)BNB required: (\d+)BNB/.exec(log);
    if (!amounts || BigInt(amounts[1]!) === 0n) return false;
    // what was offered is gas × price, rounded up as the node does
    const [got, required] = [BigInt(amounts[1]!), BigInt(amounts[2]!)];
    this.price = (this.price * required + got - 1n) / got;
    return true;
  }

  private table(): Promise<Prices> {
    this.prices ??= this.fetch().catch((error) => {
      this.prices = undefined;
      throw error;
    });
    return this.prices;
  }

  private async fetch(): Promise<Prices> {
    const { q, list } = this.queries;
    const [{ params }, prices] = await Promise.all([
      q.gashub.Params(),
      collect(list.gashub.MsgGasParams({}, { max: 10_000 })),
    ]);
    const byType = new Map(prices.map((price) => [price.msg_type_url, price]));
    return { byType, gasPerByte: params.min_gas_per_byte };
  }
}
