/** Genesis files of local networks: the same parts and values as those of the reference's scripts. */
import { toChecksumAddress } from '@prairie/chain';
import type { Genesis } from '../chain/chain.ts';
import { ConsensusKey } from '../chain/validator.ts';
import { GAS_TABLE } from '../modules/gashub/index.ts';
import { BNB_METADATA, CONSENSUS_PARAMS, EMPTY_PARTS, type ModuleWithParams, PARAMS } from './defaults.ts';

export interface GenesisValidator {
  operator: string;
  /** Bonds the stake. */
  delegator: string;
  relayer: string;
  challenger: string;
  /** 48 bytes. */
  blsKey: Uint8Array;
  blsProof: Uint8Array;
  moniker?: string;
}

export interface GenesisProvider {
  operator: string;
  /** Pays the deposit. */
  funding: string;
  seal: string;
  approval: string;
  gc: string;
  maintenance: string;
  /** 48 bytes. */
  blsKey: Uint8Array;
  /** Signature of the key over its own hash. */
  blsProof: Uint8Array;
  /** URL with scheme, host and port. */
  endpoint: string;
  moniker: string;
  /** Wei per byte and second, as decimal text; defaults 100 and 10000. */
  readPrice?: string;
  storePrice?: string;
  /** Bytes that each bucket may read once without paying. Default 5 GB: the suites of the SDKs read that much. */
  freeReadQuota?: bigint;
}

export interface GenesisAccount {
  address: string;
  /** Wei; default 10²⁷. */
  balance?: bigint;
}

export interface DevnetGenesisOptions {
  chainId: string;
  /** Besides those of the validator and the providers, which are funded too. */
  accounts: readonly GenesisAccount[];
  validator: GenesisValidator;
  sps: readonly GenesisProvider[];
  /** Parameters that differ from a local network of the reference; nested objects merge. */
  params?: { readonly [K in ModuleWithParams]?: Readonly<Record<string, unknown>> };
  /** Default: some seconds ago, because what genesis sets is seen from the second after it on (§1.2). */
  genesisTime?: Date;
}

const BALANCE = 10n ** 27n;
const DEPOSIT = 10n ** 25n;
const FREE_READ_QUOTA = 5_000_000_000n;
const AGE_MS = 5000;

export function buildDevnetGenesis(options: DevnetGenesisOptions): Genesis {
  const time = options.genesisTime ?? new Date(Date.now() - AGE_MS);
  return {
    genesis_time: time.toISOString().replace(/\.?0+Z$/, 'Z'),
    chain_id: options.chainId,
    initial_height: '1',
    consensus_params: CONSENSUS_PARAMS,
    app_hash: '',
    app_state: appState(options),
  };
}

/**
 * The same chain with more accounts and providers. What is in the file already keeps its coins.
 * @param genesis as of a fork: every part is there
 */
export function extendGenesis(
  genesis: Genesis,
  { accounts, sps }: Pick<DevnetGenesisOptions, 'accounts' | 'sps'>,
): Genesis {
  const { auth, bank, gensp } = genesis.app_state;
  const present = new Set(auth.accounts.map(({ address }: { address: string }) => toChecksumAddress(address)));
  const added = [...withBalances(sps.flatMap(accountsOf), accounts)].filter(([address]) => !present.has(address));
  const numbers = auth.accounts.map(({ account_number }: { account_number: string }) => Number(account_number) + 1);
  const next = numbers.reduce((highest: number, number: number) => Math.max(highest, number), 0);
  const app_state = {
    ...genesis.app_state,
    auth: { ...auth, accounts: [...auth.accounts, ...added.map(([address], i) => baseAccount(address, next + i))] },
    bank: { ...bank, balances: [...bank.balances, ...added.map(balanceOf)] },
    gensp: { ...gensp, gensp_txs: [...gensp.gensp_txs, ...sps.map(createProvider)] },
  };
  return { ...genesis, app_state };
}

function appState(options: DevnetGenesisOptions): Genesis['app_state'] {
  const parts: Record<string, Record<string, unknown> | null> = {};
  for (const [name, params] of Object.entries(PARAMS)) {
    parts[name] = { params: merged(params, options.params?.[name as ModuleWithParams] ?? {}) };
  }
  for (const [name, part] of Object.entries(EMPTY_PARTS)) {
    parts[name] = part === null ? null : { ...parts[name], ...(part as Record<string, unknown>) };
  }
  const accounts = fundedAccounts(options);
  Object.assign(parts.auth!, { accounts: [...accounts.keys()].map(baseAccount) });
  Object.assign(parts.bank!, {
    balances: [...accounts].map(balanceOf).sort((a, b) => (a.address < b.address ? -1 : 1)),
    supply: [],
    denom_metadata: [BNB_METADATA],
    send_enabled: [],
  });
  Object.assign(parts.gashub!, { msg_gas_params: GAS_TABLE.map(gasParams) });
  parts.gensp = { gensp_txs: options.sps.map(createProvider) };
  parts.genutil = { gen_txs: [createValidator(options)] };
  return Object.fromEntries(Object.entries(parts).sort(([a], [b]) => (a < b ? -1 : 1))) as Genesis['app_state'];
}

function merged(base: object, over: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const out: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (!(key in base)) throw new Error(`parameter ${key} does not exist; there are ${Object.keys(base).join(', ')}`);
    const current = out[key];
    const nests = typeof current === 'object' && current !== null && !Array.isArray(current);
    out[key] = nests ? merged(current, value as Record<string, unknown>) : value;
  }
  return out;
}

/** Validator first, then each provider's six, then the others: the order of the account numbers. */
function fundedAccounts({ validator, sps, accounts }: DevnetGenesisOptions): Map<string, bigint> {
  const { operator, delegator, relayer, challenger } = validator;
  return withBalances([operator, delegator, relayer, challenger, ...sps.flatMap(accountsOf)], accounts);
}

const accountsOf = (sp: GenesisProvider): string[] => [
  ...[sp.operator, sp.funding, sp.seal, sp.approval, sp.gc, sp.maintenance],
];

function withBalances(own: readonly string[], accounts: readonly GenesisAccount[]): Map<string, bigint> {
  const balances = new Map(own.map((address) => [toChecksumAddress(address), BALANCE]));
  for (const { address, balance } of accounts) balances.set(toChecksumAddress(address), balance ?? BALANCE);
  return balances;
}

const baseAccount = (address: string, index: number) => ({
  '@type': '/cosmos.auth.v1beta1.BaseAccount',
  address,
  pub_key: null,
  account_number: String(index),
  sequence: '0',
});

const bnb = (amount: bigint) => ({ denom: 'BNB', amount: amount.toString() });

const balanceOf = ([address, amount]: [string, bigint]) => ({ address, coins: [bnb(amount)] });

function gasParams(price: (typeof GAS_TABLE)[number]): Record<string, unknown> {
  const { msg_type_url, ...kinds } = price;
  const [kind, gas] = Object.entries(kinds).find(([, value]) => value !== undefined)!;
  const entries = Object.entries(gas as unknown as Record<string, bigint>).map(([name, value]) => [
    name,
    value.toString(),
  ]);
  return { msg_type_url, [kind]: Object.fromEntries(entries) };
}

/** The unsigned shape of a genesis transaction; the signature is a label. */
const genesisTx = (message: Record<string, unknown>, memo: string, label: string) => ({
  body: { messages: [message], memo, timeout_height: '0', extension_options: [], non_critical_extension_options: [] },
  auth_info: {
    signer_infos: [],
    fee: { amount: [], gas_limit: '200000', payer: '', granter: '' },
    tip: null,
  },
  signatures: [Buffer.from(label).toString('base64')],
});

const description = (moniker: string, details: string) => ({
  moniker,
  identity: '',
  website: 'http://website',
  security_contact: '',
  details,
});

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function createProvider(sp: GenesisProvider) {
  const message = {
    '@type': '/greenfield.sp.MsgCreateStorageProvider',
    creator: toChecksumAddress(sp.operator),
    description: description(sp.moniker, `detail_${sp.moniker}`),
    sp_address: toChecksumAddress(sp.operator),
    funding_address: toChecksumAddress(sp.funding),
    seal_address: toChecksumAddress(sp.seal),
    approval_address: toChecksumAddress(sp.approval),
    gc_address: toChecksumAddress(sp.gc),
    maintenance_address: toChecksumAddress(sp.maintenance),
    endpoint: sp.endpoint,
    deposit: bnb(DEPOSIT),
    read_price: sp.readPrice ?? '100.000000000000000000',
    free_read_quota: String(sp.freeReadQuota ?? FREE_READ_QUOTA),
    store_price: sp.storePrice ?? '10000.000000000000000000',
    bls_key: hex(sp.blsKey),
    bls_proof: hex(sp.blsProof),
  };
  return genesisTx(message, '', `genesis create sp [${sp.moniker}]`);
}

function createValidator({ chainId, validator }: DevnetGenesisOptions) {
  const moniker = validator.moniker ?? 'validator0';
  const delegator = toChecksumAddress(validator.delegator);
  const message = {
    '@type': '/cosmos.staking.v1beta1.MsgCreateValidator',
    description: description(moniker, moniker),
    commission: {
      rate: '0.070000000000000000',
      max_rate: '1.000000000000000000',
      max_change_rate: '0.010000000000000000',
    },
    min_self_delegation: '1',
    delegator_address: delegator,
    validator_address: toChecksumAddress(validator.operator),
    pubkey: {
      '@type': '/cosmos.crypto.ed25519.PubKey',
      key: ConsensusKey.ofChain(chainId).publicKey.toString('base64'),
    },
    value: bnb(DEPOSIT),
    from: delegator,
    relayer_address: toChecksumAddress(validator.relayer),
    challenger_address: toChecksumAddress(validator.challenger),
    bls_key: hex(validator.blsKey),
    bls_proof: hex(validator.blsProof),
  };
  return genesisTx(message, `${moniker}@127.0.0.1:26656`, `genesis create validator [${moniker}]`);
}
