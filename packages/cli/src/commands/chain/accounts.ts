/** `prairie chain balance | impersonate | stop-impersonating`. */
import { ChainClient } from '@prairie/chain';
import { type Command, InvalidArgumentError } from 'commander';
import { bnb, weiOf } from '../../format.ts';
import { type DevFlags, type DevSession, verb, withChain } from './dev-session.ts';

export function accountVerbs(chain: Command): void {
  verb(chain, 'balance', "show an account's balance, or set it", [
    'balance 0x76d244CE05c3De4BbC6fDd7F56379B145709ade9',
    'balance 0x76d244CE05c3De4BbC6fDd7F56379B145709ade9 1000bnb',
  ])
    .argument('<address>')
    .argument('[amount]', 'with its unit: 1.5bnb, or 1500wei', amount)
    .action((address: string, wei: bigint | undefined, flags: DevFlags) =>
      withChain(flags, (session) => (wei === undefined ? show(session, address, flags) : set(session, address, wei))),
    );
  verb(chain, 'impersonate', 'let transactions of an account pass without its signature', [
    'impersonate 0x7b5Fe22B5446f7C62Ea27B8BD71CeF94e03f3dF2',
    'impersonate',
  ])
    .argument('[address]', 'without one: the accounts that are impersonated')
    .action((address: string | undefined, flags: DevFlags) =>
      withChain(flags, (session) => (address === undefined ? list(session) : impersonate(session, address))),
    );
  verb(chain, 'stop-impersonating', 'ask for the signatures of an account again', [
    'stop-impersonating 0x7b5Fe22B5446f7C62Ea27B8BD71CeF94e03f3dF2',
  ])
    .argument('<address>')
    .action((address: string, flags: DevFlags) => withChain(flags, (session) => stop(session, address)));
}

function amount(text: string): bigint {
  const wei = weiOf(text);
  if (wei !== undefined) return wei;
  throw new InvalidArgumentError(`an amount with its unit is expected, such as 1.5bnb or 1500wei, got ${text}`);
}

async function show({ client, output }: DevSession, address: string, { rpc }: DevFlags): Promise<void> {
  const { chainId } = await client.status();
  const chain = new ChainClient({ rpcUrl: rpc, chainId });
  try {
    const balance = await chain.balance(address);
    output.result({ address, balance }, `${address} has ${bnb(balance)}`);
  } finally {
    chain.close();
  }
}

async function set({ client, output }: DevSession, address: string, balance: bigint): Promise<void> {
  const { height } = await client.setBalance(address, balance);
  output.result({ address, balance, height }, `${address} has ${bnb(balance)} since block ${height}`);
}

async function impersonate({ client, output }: DevSession, address: string): Promise<void> {
  const { accountNumber, sequence } = await client.impersonate(address);
  const human = `${address} (sequence ${sequence}) needs no signature now; end it: prairie chain stop-impersonating ${address}`;
  output.result({ address, accountNumber, sequence }, human);
}

async function list({ client, output }: DevSession): Promise<void> {
  const addresses = await client.impersonated();
  output.result({ addresses }, addresses.length > 0 ? addresses.join('\n') : 'nobody is impersonated');
}

async function stop({ client, output }: DevSession, address: string): Promise<void> {
  const stopped = await client.stopImpersonating(address);
  output.result(
    { address, stopped },
    stopped ? `${address} signs for itself again` : `${address} was not impersonated`,
  );
}
