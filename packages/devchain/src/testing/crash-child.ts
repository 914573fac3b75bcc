/** Run by `crash.test.ts`: makes blocks with a transfer each, as fast as it can, until it is killed. */
import { cosmosBankV1beta1 as bank } from '@prairie/chain';
import { coin } from '../coins.ts';
import { testChain, testKey } from './network.ts';
import { deliver, msg } from './sender.ts';

const [alice, bob] = [testKey('alice'), testKey('bob')];
const devchain = await testChain({ dataDir: process.argv[2]! });
process.send!(devchain.height);
for (;;) {
  const message = { from_address: alice.address, to_address: bob.address, amount: [coin(1n)] };
  deliver(devchain, alice, [msg(bank.MsgSend, message)]);
  process.send!(devchain.height);
  await new Promise((resolve) => setImmediate(resolve));
}
