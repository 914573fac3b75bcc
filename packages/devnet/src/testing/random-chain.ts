import { ChainClient } from '@prairie/chain';
import { RpcServer } from '@prairie/devchain/conformance';
import type { RandomRun } from '@prairie/devchain/testing';

export interface RandomChain {
  client: ChainClient;
  close(): Promise<void>;
}

/** A node that serves the run's chain as it is, and a client of it. */
export async function serveRandomRun({ world }: RandomRun): Promise<RandomChain> {
  const { chain, keepers, text, store } = world.opened;
  const identity = () => ({
    ...{ id: '0'.repeat(40), moniker: 'random', network: world.chainId, channels: '' },
    ...{ listenAddress: 'tcp://127.0.0.1:26656', rpcAddress: 'tcp://127.0.0.1:26657' },
  });
  const listening = { port: 0, host: '127.0.0.1' };
  const server = await RpcServer.listen(listening, { chain, identity, genesis: text, bank: keepers.bank });
  const client = new ChainClient({ rpcUrl: `http://127.0.0.1:${server.port}`, chainId: world.chainId });
  return {
    client,
    async close() {
      client.close();
      await server.close();
      store.close();
    },
  };
}
