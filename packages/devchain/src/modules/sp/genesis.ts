/** Providers that a chain begins with: messages inside the transactions of the genesis file's `gensp` part (§1.3). */
import { fromProtoJson, greenfieldSp as sp } from '@prairie/chain';
import type { ChainModule, Context } from '../../context.ts';
import { checkCreateMessage, createProvider } from './create.ts';
import type { SpKeeper } from './keeper.ts';

interface GenesisTransaction {
  body?: { messages?: ({ '@type'?: string } & Record<string, unknown>)[] };
}

export function initSpGenesis(keeper: SpKeeper, appState: unknown): void {
  const genesis = fromProtoJson(sp.GenesisState, appState) as sp.GenesisState;
  keeper.setParams(genesis.params);
  for (const provider of genesis.storage_providers) {
    keeper.providers.insert(provider);
  }
  for (const price of genesis.sp_storage_price_list) keeper.prices.insert(price);
}

/** Its own part of the genesis file, after the accounts have their coins. Signatures in it are not real ones. */
export function genspModule(keeper: SpKeeper): ChainModule {
  return {
    name: 'gensp',
    messages: [],
    queries: {},
    initGenesis(ctx, appState) {
      const transactions = (appState as { gensp_txs?: GenesisTransaction[] }).gensp_txs ?? [];
      for (const transaction of transactions) createFrom(keeper, ctx, transaction);
    },
  };
}

function createFrom(keeper: SpKeeper, ctx: Context, transaction: GenesisTransaction): void {
  for (const { '@type': type, ...fields } of transaction.body?.messages ?? []) {
    if (type !== sp.MsgCreateStorageProvider.typeUrl) {
      throw new Error(`gensp_txs: ${sp.MsgCreateStorageProvider.typeUrl} expected, got ${type}`);
    }
    const msg = fromProtoJson(sp.MsgCreateStorageProvider, fields) as sp.MsgCreateStorageProvider;
    checkCreateMessage(msg);
    createProvider(keeper, ctx, msg, true);
  }
}
