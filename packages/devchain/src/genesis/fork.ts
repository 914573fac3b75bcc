/**
 * A chain that begins with the genesis file of another network: written for its start, recorded, or exported later.
 *
 * Taken: the chain id, genesis time, consensus parameters, all parameters, accounts, balances, grants, fee allowances,
 * proposals with votes and deposits, payment accounts and stream records, gas prices of messages, providers, and one
 * validator. Its consensus key is this chain's own, as nobody has the other's. What is left out is listed, so that its
 * absence surprises nobody. Buckets, objects, groups and policies are in no genesis file: the network exports none.
 */
import { evmChainId } from '@prairie/chain';
import { parseTime } from '../chain/block-types.ts';
import type { Genesis } from '../chain/chain.ts';
import { DENOM } from '../coins.ts';
import { emptied } from './balances.ts';
import { CONSENSUS_PARAMS } from './defaults.ts';
import { chosenValidator } from './fork-validator.ts';
import { entries, fitted, type GenesisJson, LEFT_OUT, type Note, SHAPES } from './shapes.ts';

export interface Fork {
  genesis: Genesis;
  /** What is not as in the file, a line each. */
  differences: string[];
}

export interface ForkOptions {
  /**
   * Whether the file's providers are taken. Their keys are elsewhere, so a network with providers of its own leaves
   * them out: else groups would be formed with some that never answer. Default true.
   */
  providers?: boolean;
}

/** @throws Error that says what the file lacks */
export function forkGenesis(file: GenesisJson, { providers = true }: ForkOptions = {}): Fork {
  const differences: string[] = [];
  const note = (text: string) => void differences.push(text);
  checkHead(file);
  if (String(file.initial_height ?? '1') !== '1') note(`initial_height ${file.initial_height}: the chain begins at 1`);
  if (file.validators?.length) note(`validators: ${entries(file.validators)} left out: consensus keys are elsewhere`);
  const app_state = partsOf(file.app_state, note);
  takeAccounts(app_state, note);
  takeBalances(app_state, note);
  const own = chosenValidator(app_state, note);
  app_state.genutil = { gen_txs: [own] };
  if (!providers) leaveProviders(app_state, note);
  leaveOut(app_state, note);
  note('the consensus key of the validator is one of this chain, made from the chain id');
  const genesis: Genesis = {
    genesis_time: file.genesis_time,
    chain_id: file.chain_id,
    initial_height: '1',
    consensus_params: fitted(file.consensus_params ?? {}, CONSENSUS_PARAMS, 'consensus_params', note),
    app_hash: '',
    app_state,
  };
  return { genesis, differences };
}

function checkHead(file: GenesisJson): void {
  if (typeof file !== 'object' || file === null || typeof file.app_state !== 'object' || file.app_state === null) {
    throw new Error('a genesis file expected: a JSON object with chain_id, genesis_time and app_state');
  }
  evmChainId(String(file.chain_id));
  parseTime(String(file.genesis_time));
}

/** The parts of modules that this chain has, with the fields it knows. */
function partsOf(appState: GenesisJson, note: Note): Genesis['app_state'] {
  const parts: Genesis['app_state'] = {};
  for (const name of Object.keys(appState)) {
    if (!(name in SHAPES)) note(`${name}: left out, this chain has no such module`);
  }
  for (const [name, shape] of Object.entries(SHAPES)) {
    const part = appState[name];
    if (part === undefined && shape !== null) note(`${name}: not in the file, as on a local network`);
    parts[name] = shape === null ? null : fitted(part ?? {}, shape, name, note);
  }
  return parts;
}

/** Every kind of account becomes a plain one: that of a module is told by its address. */
function takeAccounts({ auth }: Genesis['app_state'], note: Note): void {
  let vesting = 0;
  auth.accounts = auth.accounts.map((account: GenesisJson) => {
    const vests = account.base_vesting_account?.base_account;
    if (vests) vesting++;
    const base = vests ?? account.base_account ?? account;
    const { address, account_number, sequence } = base;
    return {
      ...{ '@type': '/cosmos.auth.v1beta1.BaseAccount', address, pub_key: null },
      ...{ account_number: String(account_number ?? 0), sequence: String(sequence ?? 0) },
    };
  });
  if (vesting > 0) note(`auth.accounts: ${vesting} vest; here all their coins are free`);
}

function takeBalances({ bank, crosschain }: Genesis['app_state'], note: Note): void {
  let others = 0;
  bank.balances = bank.balances.map(({ address, coins }: GenesisJson) => {
    const own = coins.filter(({ denom }: { denom: string }) => denom === DENOM);
    others += coins.length - own.length;
    return { address, coins: own };
  });
  if (others > 0) note(`bank.balances: ${others} of other coins than ${DENOM} left out`);
  bank.supply = [];
  // the module gives itself its first coins: an exported file has them among the balances already
  if (emptied(bank, 'crosschain') > 0n) {
    note(`bank.balances: the crosschain module begins with its first ${crosschain.params.init_module_balance} again`);
  }
}

function leaveProviders({ gensp, sp, bank }: Genesis['app_state'], note: Note): void {
  const count = gensp.gensp_txs.length + sp.storage_providers.length;
  if (count === 0) return;
  note(`providers: ${count} left out with their prices and deposits, their keys are elsewhere`);
  gensp.gensp_txs = [];
  sp.storage_providers = [];
  sp.sp_storage_price_list = [];
  emptied(bank, 'sp');
}

function leaveOut(appState: Genesis['app_state'], note: Note): void {
  for (const [name, fields] of Object.entries(LEFT_OUT)) {
    for (const field of fields) {
      const list = appState[name]?.[field];
      if (!list?.length) continue;
      note(`${name}.${field}: ${entries(list)} left out`);
      appState[name][field] = [];
    }
  }
}
