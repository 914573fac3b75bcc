/** A small network for tests: keys that follow from labels, a genesis file, and a chain that only makes blocks when told. */
import { createHash } from 'node:crypto';
import { addressOf, blsProof, blsPublicKey } from '@prairie/chain';
import { DevChain, type DevChainOptions } from '../devchain.ts';
import { buildDevnetGenesis, type DevnetGenesisOptions } from '../genesis/index.ts';

export const TEST_CHAIN_ID = 'greenfield_9000-121';

export interface TestKey {
  privateKey: Buffer;
  address: string;
}

export function testKey(label: string): TestKey {
  const privateKey = createHash('sha256').update(`devchain test ${label}`).digest();
  return { privateKey, address: addressOf(privateKey) };
}

export function testBls(label: string): { secret: Buffer; blsKey: Buffer; blsProof: Buffer } {
  const secret = createHash('sha256').update(`devchain test bls ${label}`).digest();
  secret[0]! &= 0x3f;
  return { secret, blsKey: blsPublicKey(secret), blsProof: blsProof(secret) };
}

/** Users `alice` and `bob`, one validator, and as many providers as asked for. */
export function testGenesis(options: { providers?: number } & Partial<DevnetGenesisOptions> = {}) {
  const { providers = 1, ...rest } = options;
  const key = (label: string) => testKey(label).address;
  const sps = Array.from({ length: providers }, (_, i) => ({
    operator: key(`sp${i} operator`),
    funding: key(`sp${i} funding`),
    seal: key(`sp${i} seal`),
    approval: key(`sp${i} approval`),
    gc: key(`sp${i} gc`),
    maintenance: key(`sp${i} maintenance`),
    ...testBls(`sp${i}`),
    endpoint: `http://127.0.0.1:${9033 + i}`,
    moniker: `sp${i}`,
  }));
  return buildDevnetGenesis({
    chainId: TEST_CHAIN_ID,
    accounts: [{ address: key('alice') }, { address: key('bob') }],
    validator: {
      operator: key('validator'),
      delegator: key('delegator'),
      relayer: key('relayer'),
      challenger: key('challenger'),
      ...testBls('validator'),
    },
    sps,
    ...rest,
  });
}

/** Makes no blocks by itself unless `autoBlocks` is set. */
export const testChain = (options: Partial<DevChainOptions> = {}): Promise<DevChain> =>
  DevChain.create({ genesis: testGenesis(), port: 0, autoBlocks: false, ...options });
