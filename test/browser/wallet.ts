/** A wallet in a page, as an extension puts it there: `window.ethereum`, backed by a key of the devnet. */
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const { personalSign } = createRequire(import.meta.url)(
  '@metamask/eth-sig-util',
) as typeof import('@metamask/eth-sig-util');

export interface Identity {
  address: string;
  privateKey: string;
}

export interface Wallet {
  /** Who signs from now on. */
  identity: Identity;
  /** The owner says no to every signature. */
  declines: boolean;
  /** Texts that were signed. */
  readonly signed: string[];
}

interface Call {
  method: string;
  params?: string[];
}

/** An error of a wallet has a code, which does not come through by itself. */
type Answer = { result: unknown } | { error: { code: number; message: string } };

/** Pages that are opened from now on have the wallet. */
export async function giveWallet(page: Page, identity: Identity): Promise<Wallet> {
  const wallet: Wallet = { identity, declines: false, signed: [] };
  await page.exposeFunction('askWallet', (call: Call) => answer(wallet, call));
  await page.addInitScript(() => {
    // runs in the page, whose globals the compiler does not know
    const page = globalThis as unknown as { askWallet(call: unknown): Promise<Answer>; ethereum: unknown };
    page.ethereum = {
      async request(call: unknown) {
        const answer = await page.askWallet(call);
        if ('error' in answer) throw Object.assign(new Error(answer.error.message), answer.error);
        return answer.result;
      },
    };
  });
  return wallet;
}

function answer(wallet: Wallet, { method, params = [] }: Call): Answer {
  const { address, privateKey } = wallet.identity;
  if (method === 'eth_requestAccounts' || method === 'eth_accounts') return { result: [address.toLowerCase()] };
  if (method !== 'personal_sign') return { error: { code: 4200, message: `${method} is not supported` } };
  if (wallet.declines) return { error: { code: 4001, message: 'the user rejected the request' } };
  const [data = '', account = ''] = params;
  if (account.toLowerCase() !== address.toLowerCase()) return { error: { code: 4100, message: 'not this account' } };
  wallet.signed.push(data.startsWith('0x') ? Buffer.from(data.slice(2), 'hex').toString() : data);
  const key = Buffer.from(privateKey.replace(/^0x/, ''), 'hex');
  return { result: personalSign({ privateKey: key, data }) };
}
