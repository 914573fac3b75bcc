/** The one validator of a forked chain: of several, one is taken. */
import { cosmosStakingV1beta1 as staking } from '@prairie/chain';
import type { Genesis } from '../chain/chain.ts';
import { DENOM } from '../coins.ts';
import { moduleAddress } from '../modules/auth/module-accounts.ts';
import { addBalance, emptied } from './balances.ts';
import { entries, type GenesisJson, type Note } from './shapes.ts';

const { typeUrl } = staking.MsgCreateValidator;

/** The genesis transaction that creates it. @throws Error when the file has no validator */
export function chosenValidator(appState: Genesis['app_state'], note: Note): GenesisJson {
  const created = appState.genutil.gen_txs.filter((tx: GenesisJson) => tx.body?.messages?.[0]?.['@type'] === typeUrl);
  if (created.length > 1) note(`genutil.gen_txs: the first validator of ${created.length} is taken`);
  return created[0] ?? exportedValidator(appState, note);
}

/** Of a file that was exported from a running network: the one with the most tokens, as if it bonded them now. */
function exportedValidator({ staking: part, bank }: Genesis['app_state'], note: Note): GenesisJson {
  const [first] = [...part.validators].sort((a: GenesisJson, b: GenesisJson) =>
    BigInt(b.tokens) > BigInt(a.tokens) ? 1 : -1,
  );
  if (!first)
    throw new Error('the genesis file has no validator: neither in genutil.gen_txs nor in staking.validators');
  note(`staking.validators: ${first.description.moniker} is taken, of ${entries(part.validators)}`);
  const tokens = BigInt(first.tokens);
  const others = emptied(bank, 'bonded_tokens_pool') + emptied(bank, 'not_bonded_tokens_pool') - tokens;
  addBalance(bank, first.self_del_address, tokens);
  if (others > 0n) {
    addBalance(bank, moduleAddress('distribution'), others);
    note(`staking: ${others} wei bonded to other validators, or unbonding, go to the community pool`);
  }
  return creationOf(first);
}

/** The unsigned message, as genesis transactions have it. */
function creationOf(validator: GenesisJson): GenesisJson {
  const message = {
    '@type': typeUrl,
    description: validator.description,
    commission: validator.commission.commission_rates,
    min_self_delegation: validator.min_self_delegation,
    delegator_address: validator.self_del_address,
    validator_address: validator.operator_address,
    pubkey: validator.consensus_pubkey,
    value: { denom: DENOM, amount: String(validator.tokens) },
    from: validator.self_del_address,
    relayer_address: validator.relayer_address,
    challenger_address: validator.challenger_address,
    // an exported validator has its key in base64, the message in hex
    bls_key: Buffer.from(validator.bls_key, 'base64').toString('hex'),
    bls_proof: '',
  };
  return { body: { messages: [message] } };
}
