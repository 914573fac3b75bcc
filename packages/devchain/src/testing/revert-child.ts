/** Run by `crash.test.ts`: makes blocks with a transfer each and goes back to a snapshot, over and over, until killed. */
import { cosmosBankV1beta1 as bank } from '@prairie/chain';
import { coin } from '../coins.ts';
import { testChain, testKey } from './network.ts';
import { deliver, msg } from './sender.ts';

const BLOCKS = 60;

const [alice, bob] = [testKey('alice'), testKey('bob')];
const devchain = await testChain({ dataDir: process.argv[2]! });
const { chain } = devchain;
const transfer = () => {
  const message = { from_address: alice.address, to_address: bob.address, amount: [coin(1n)] };
  deliver(devchain, alice, [msg(bank.MsgSend, message)]);
};
const said = (message: object) => new Promise((resolve) => process.send!(message, resolve));
for (;;) {
  transfer();
  const from = chain.height;
  const id = chain.snapshot();
  for (let i = 0; i < BLOCKS; i++) transfer();
  await said({ back: from, from: chain.height });
  chain.revert(id);
  await said({ back: from, from });
  chain.dropSnapshot(id);
}
