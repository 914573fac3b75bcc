/** Chains and channels of a local network (`reference/chain-state-machine.md` §1.3). */

/** Ids as packages carry them: not those of transactions. */
export const SOURCE_CHAIN = 18;
export const BSC = 714;
export const OP_BNB = 2320;

export const CHANNELS = {
  transferOut: 1,
  transferIn: 2,
  bucket: 4,
  object: 5,
  group: 6,
  permission: 7,
  governance: 9,
} as const;

export type ChannelName = keyof typeof CHANNELS;

const knownChains: readonly number[] = [BSC, OP_BNB];
const knownChannels: readonly number[] = Object.values(CHANNELS);

export const isRoute = (destChain: number, channel: number): boolean =>
  knownChains.includes(destChain) && knownChannels.includes(channel);
