/** The network that random messages are about: accounts with much and with little money, providers, their keys. */
import { blsProof, blsPublicKey } from '@prairie/chain';
import type { Genesis } from '../../chain/chain.ts';
import { ChainStore } from '../../chain/chain-store.ts';
import { nodeIdentity } from '../../chain/node-identity.ts';
import { type OpenedChain, openChain } from '../../chain/open.ts';
import type { DevnetGenesisOptions } from '../../genesis/index.ts';
import { TEST_CHAIN_ID, type TestKey, testBls, testGenesis, testKey } from '../network.ts';

export const PROVIDERS = 8;
const ROLES = ['operator', 'funding', 'seal', 'approval', 'gc', 'maintenance'] as const;
const VALIDATOR = ['validator', 'delegator', 'relayer', 'challenger'] as const;

/** Accounts that providers turn to when they change one of theirs, or that new ones begin with. */
const SPARES = 150;
/** What runs out within a run when its owner stores much, wei. */
const LITTLE = 4n * 10n ** 19n;

const GENESIS_TIME = new Date('2026-01-15T12:00:00Z');

/** Three providers hold an object, and what takes days elsewhere takes minutes, so that a run meets it. */
const PARAMS: NonNullable<DevnetGenesisOptions['params']> = {
  storage: {
    versioned_params: { redundant_data_chunk_num: 2, redundant_parity_chunk_num: 1 },
    min_quota_update_interval: '100',
    discontinue_counting_window: '100',
    discontinue_deletion_max: '5',
    stale_policy_cleanup_max: '10',
  },
  payment: { withdraw_time_lock_duration: '600', max_auto_settle_flow_count: '5', max_auto_resume_flow_count: '5' },
  sp: { num_of_lockup_blocks_for_maintenance: '5', num_of_historical_blocks_for_maintenance_records: '50' },
  permission: { maximum_group_num: '3' },
  virtualgroup: { swap_in_validity_period: '600' },
  challenge: { challenge_count_per_block: '2', challenge_keep_alive_period: '12', heartbeat_interval: '20' },
  staking: { unbonding_time: '300s' },
};

const labels = (name: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${name}${i}`);

/** Users whose money never ends. */
export const RICH_USERS: readonly TestKey[] = labels('rich', 8).map(testKey);
export const POOR_USERS: readonly TestKey[] = labels('poor', 3).map(testKey);
export const SPARE_KEYS: readonly TestKey[] = labels('spare', SPARES).map(testKey);

/** Every key that signs, by address. */
export function allKeys(): Map<string, TestKey> {
  const ofProviders = labels('sp', PROVIDERS).flatMap((label) => ROLES.map((role) => testKey(`${label} ${role}`)));
  const keys = [...RICH_USERS, ...POOR_USERS, ...SPARE_KEYS, ...ofProviders, ...VALIDATOR.map(testKey)];
  return new Map(keys.map((key) => [key.address, key]));
}

/** Secret BLS keys by public key in hex: those of the providers, the validator's, and some to change to. */
export class BlsKeys {
  private readonly secrets = new Map<string, Buffer>();
  private made = 0;

  constructor() {
    for (const label of [...labels('sp', PROVIDERS), 'validator']) this.add(testBls(label).secret);
  }

  secretOf(publicKey: Uint8Array): Buffer {
    const secret = this.secrets.get(Buffer.from(publicKey).toString('hex'));
    if (!secret) throw new Error('a BLS key that was never made here');
    return secret;
  }

  /** A new key with its proof, both in hex. */
  next(): { bls_key: string; bls_proof: string } {
    const { secret } = testBls(`spare bls ${this.made++}`);
    return { bls_key: this.add(secret), bls_proof: blsProof(secret).toString('hex') };
  }

  private add(secret: Buffer): string {
    const hex = blsPublicKey(secret).toString('hex');
    this.secrets.set(hex, secret);
    return hex;
  }
}

export function randomGenesis(): Genesis {
  return testGenesis({
    providers: PROVIDERS,
    params: PARAMS,
    genesisTime: GENESIS_TIME,
    accounts: [
      ...[...RICH_USERS, ...SPARE_KEYS].map(({ address }) => ({ address })),
      ...POOR_USERS.map(({ address }) => ({ address, balance: LITTLE })),
    ],
  });
}

/** Of a node without a port. */
export const randomIdentity = () =>
  nodeIdentity({ chainId: TEST_CHAIN_ID, consensusAddress: '0'.repeat(40), moniker: 'random', port: 0 });

export const GENESIS_SECONDS = BigInt(GENESIS_TIME.getTime() / 1000);

export interface OpenedWorld extends OpenedChain {
  store: ChainStore;
  /** Errors that no module meant to throw. */
  panics: unknown[];
}

/** Opens the chain of the random network; in memory without a directory. */
export function openRandomChain(options: { directory?: string | undefined } = {}): OpenedWorld {
  const store = new ChainStore({ directory: options.directory });
  const panics: unknown[] = [];
  const opened = openChain(store, {
    genesis: randomGenesis(),
    dataDir: options.directory,
    identity: randomIdentity,
    onPanic: (error) => panics.push(error),
  });
  return { ...opened, store, panics };
}
