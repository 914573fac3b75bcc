/** What the node says about itself. Clients read the network and need every text to be non-empty. */
export const NODE_VERSION = '0.37.2';

export interface NodeIdentity {
  /** 40 lower-case hex digits. */
  id: string;
  moniker: string;
  /** Chain id. */
  network: string;
  listenAddress: string;
  rpcAddress: string;
  channels: string;
}

export function nodeIdentity(options: {
  chainId: string;
  consensusAddress: string;
  moniker: string;
  port: number;
}): NodeIdentity {
  return {
    id: options.consensusAddress.toLowerCase(),
    moniker: options.moniker || 'validator0',
    network: options.chainId,
    listenAddress: 'tcp://127.0.0.1:26656',
    rpcAddress: `tcp://127.0.0.1:${options.port}`,
    channels: '4020212223303860617000',
  };
}
