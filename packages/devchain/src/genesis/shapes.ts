/** What a genesis file may hold for this chain: the fields of each module's part, and those that are not read. */
import { EMPTY_PARTS, PARAMS } from './defaults.ts';

// biome-ignore lint/suspicious/noExplicitAny: proto JSON of a genesis file
export type GenesisJson = any;

/** Takes a line about what is not as in the file. */
export type Note = (text: string) => void;

export const entries = (list: readonly unknown[]): string => (list.length === 1 ? '1 entry' : `${list.length} entries`);

/** Lists besides those that a new chain has empty. */
const LISTS: Readonly<Record<string, GenesisJson>> = {
  auth: { accounts: [] },
  bank: { balances: [], supply: [], denom_metadata: [], send_enabled: [] },
  gashub: { msg_gas_params: [] },
  gensp: { gensp_txs: [] },
  genutil: { gen_txs: [] },
};

/** By module: its fields, with what they are on a local network. A part that is null says nothing. */
export const SHAPES: Readonly<Record<string, GenesisJson>> = Object.fromEntries(
  [...new Set([...Object.keys(PARAMS), ...Object.keys(EMPTY_PARTS), ...Object.keys(LISTS)])].sort().map((name) => {
    if (EMPTY_PARTS[name] === null) return [name, null];
    const params = name in PARAMS ? { params: PARAMS[name as keyof typeof PARAMS] } : {};
    return [name, { ...params, ...(EMPTY_PARTS[name] as object | undefined), ...LISTS[name] }];
  }),
);

/** Lists that a file may have and no module reads. */
export const LEFT_OUT: Readonly<Record<string, readonly string[]>> = {
  distribution: [
    'outstanding_rewards',
    'validator_accumulated_commissions',
    'validator_historical_rewards',
    'validator_current_rewards',
    'delegator_starting_infos',
    'validator_slash_events',
  ],
  slashing: ['signing_infos', 'missed_blocks'],
  staking: ['last_validator_powers', 'validators', 'delegations', 'unbonding_delegations', 'redelegations'],
};

/**
 * An object of a file in the shape that this chain reads: unknown fields go, missing ones are as on a local network.
 * Lists and plain values are taken as they are.
 */
export function fitted(given: GenesisJson, shape: GenesisJson, path: string, note: Note): GenesisJson {
  if (given === null) return shape;
  for (const key of Object.keys(given)) if (!(key in shape)) note(`${path}.${key}: left out, not known to this chain`);
  const fields = Object.entries(shape).map(([key, local]) => {
    const value = given[key];
    if (value === undefined || value === null) {
      if (path.includes('params')) note(`${path}.${key}: not in the file, as on a local network`);
      return [key, local];
    }
    return [key, isObject(local) && isObject(value) ? fitted(value, local, `${path}.${key}`, note) : value];
  });
  return Object.fromEntries(fields);
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
