/** Keys off the chain, registered by the JavaScript SDK as a page in a browser does. */
import { createRequire } from 'node:module';
import type { DevnetSummary } from '@prairie/devnet/options';
import { seeingRequests } from './outside-browsers.ts';
import type { User } from './support.ts';

const { personalSign } = createRequire(import.meta.url)(
  '@metamask/eth-sig-util',
) as typeof import('@metamask/eth-sig-util');

const DAY_MS = 24 * 3600 * 1000;

export interface OffChainAuth {
  type: 'EDDSA';
  seed: string;
  domain: string;
  address: string;
}

/** What an application has of a wallet (EIP-1193), with a key that signs what is asked for. */
function wallet({ identity }: User): { request(call: { method: string; params: string[] }): Promise<string> } {
  const privateKey = Buffer.from(identity.privateKey.replace(/^0x/, ''), 'hex');
  return {
    async request({ method, params }) {
      if (method !== 'personal_sign') throw new Error(`personal_sign is expected, got ${method}`);
      return personalSign({ privateKey, data: params[0]! });
    },
  };
}

/** Registers a key with all providers of the devnet. */
export async function registerKey(devnet: DevnetSummary, owner: User, domain: string): Promise<OffChainAuth> {
  const sps = devnet.sps.map(({ operatorAddress, endpoint }) => ({ address: operatorAddress, endpoint }));
  const { address } = owner.identity;
  const request = { sps, address, domain, expirationMs: 5 * DAY_MS, chainId: devnet.evmChainId };
  // browsers add the page's origin
  const result = await seeingRequests(
    (call) => call.setHeader('Origin', domain),
    () => owner.client.offchainauth.genOffChainAuthKeyPairAndUpload(request, wallet(owner)),
  );
  const failed = result.body?.failedSpAddresses ?? [];
  if (result.code !== 0 || failed.length > 0) {
    throw new Error(`registration: ${result.code} ${result.message}; refused by ${failed.join(', ') || 'nobody'}`);
  }
  return { type: 'EDDSA', seed: result.body!.seedString, domain, address };
}
