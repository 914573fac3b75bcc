/** Validators that a chain begins with: messages inside the transactions of the genesis file's `genutil` part. */
import { cosmosCryptoEd25519, encode, fromProtoJson, cosmosStakingV1beta1 as staking } from '@prairie/chain';
import type { ChainModule } from '../../context.ts';
import type { AccountKeeper } from '../auth/keeper.ts';
import { createAtGenesis, type StakingKeeper, updateSet } from '../staking/index.ts';

export interface GenutilDeps {
  accounts: Pick<AccountKeeper, 'bumpSequence'>;
  staking: StakingKeeper;
  /** The ed25519 key, 32 bytes, with which this chain signs its blocks: that of the first validator. */
  consensusKey: Uint8Array;
}

interface GenesisTransaction {
  body: { messages: ({ '@type': string } & Record<string, unknown>)[] };
}

/** The first validator signs blocks, with this chain's key in place of the file's; the others are nominal. */
export function createGenutilModule({ accounts, staking: keeper, consensusKey }: GenutilDeps): ChainModule {
  return {
    name: 'genutil',
    messages: [],
    queries: {},
    initGenesis(ctx, appState) {
      const transactions = (appState as { gen_txs?: GenesisTransaction[] }).gen_txs ?? [];
      for (const [index, { '@type': _type, ...fields }] of transactions
        .flatMap(({ body }) => body.messages)
        .entries()) {
        const msg = fromProtoJson(staking.MsgCreateValidator, fields);
        const pubkey = index === 0 ? packedKey(consensusKey) : msg.pubkey;
        createAtGenesis(keeper, ctx, { ...msg, pubkey });
        // they count a sequence of who signed them, as recorded accounts show
        accounts.bumpSequence(msg.delegator_address);
      }
      updateSet(keeper, ctx);
    },
  };
}

const packedKey = (key: Uint8Array) => ({
  type_url: cosmosCryptoEd25519.PubKey.typeUrl,
  value: encode(cosmosCryptoEd25519.PubKey, { key }),
});
