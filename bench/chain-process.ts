/** Run by `chain.ts`: a chain in a process of its own, so that its memory and CPU time are its own. */
import { greenfieldStorage as storage, greenfieldVirtualgroup as virtualgroup } from '@prairie/chain';
import { DevChain } from '@prairie/devchain';
import { deliver, msg, testGenesis, testKey } from '@prairie/devchain/testing';
import type { ChainReport, ChainStart, Command } from './chain-remote.ts';
import { createObjectTxs } from './chain-transactions.ts';

/** Messages between blocks, when this process makes them itself: as many as a fast client sends in half a second. */
const PER_BLOCK = 500;

const { dataDir, blockTimeMs } = JSON.parse(process.argv[2]!) as ChainStart;
const begun = performance.now();
const devchain = await DevChain.create({
  ...{ genesis: testGenesis({ providers: 7 }), port: 0, dataDir },
  ...(blockTimeMs === undefined ? { autoBlocks: false } : { blockTimeMs }),
});
const openMs = performance.now() - begun;

const alice = testKey('alice');
const operator = testKey('sp0 operator');

/** A family with a group, and a bucket in it. */
function prepare(): void {
  const group = {
    storage_provider: operator.address,
    secondary_sp_ids: [2, 3, 4, 5, 6, 7],
    deposit: { denom: 'BNB', amount: 10n ** 21n },
  };
  const bucket = {
    creator: alice.address,
    bucket_name: 'bench',
    visibility: storage.VisibilityType.VISIBILITY_TYPE_PRIVATE,
    primary_sp_address: operator.address,
    primary_sp_approval: { global_virtual_group_family_id: 1 },
  };
  for (const [key, message] of [
    [operator, msg(virtualgroup.MsgCreateGlobalVirtualGroup, group)],
    [alice, msg(storage.MsgCreateBucket, bucket)],
  ] as const) {
    const { code, log } = deliver(devchain, key, [message]);
    if (code !== 0) throw new Error(log);
  }
}

/** Objects without the way over the port, in blocks made here. */
function createObjects(first: number, count: number, perTx: number): Partial<ChainReport> {
  const account = devchain.keepers.accounts.account(alice.address)!;
  const txs = createObjectTxs({ chainId: devchain.chainId, account, first, count, perTx });
  const cpu = process.cpuUsage();
  const started = performance.now();
  for (const [index, tx] of txs.entries()) {
    const { code, log } = devchain.chain.submit(tx);
    if (code !== 0) throw new Error(log);
    if ((index + 1) % Math.ceil(PER_BLOCK / perTx) === 0) produce();
  }
  produce();
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - started) / 1000, cpuSeconds: (user + system) / 1e6 };
}

function produce(): void {
  const failed = devchain.produceBlock().results.txs_results?.find(({ code }) => code !== 0);
  if (failed) throw new Error(failed.log);
}

function emptyBlocks(count: number): Partial<ChainReport> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  for (let i = 0; i < count; i++) devchain.produceBlock();
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - started) / 1000, cpuSeconds: (user + system) / 1e6 };
}

function run(command: Command): Partial<ChainReport> {
  switch (command.name) {
    case 'prepare':
      prepare();
      return {};
    case 'create':
      return createObjects(command.first, command.count, command.perTx);
    case 'empty':
      return emptyBlocks(command.count);
    case 'account': {
      const { account_number, sequence } = devchain.chain.inCheckState(
        () => devchain.keepers.accounts.account(alice.address)!,
      );
      return { accountNumber: String(account_number), sequence: String(sequence) };
    }
    default: {
      // twice: what the first frees may hold more
      global.gc?.();
      global.gc?.();
      return { heapBytes: process.memoryUsage().heapUsed, rssBytes: process.memoryUsage.rss() };
    }
  }
}

const report = (value: Partial<ChainReport>): void =>
  void process.send!({ height: devchain.height, rpcUrl: devchain.rpcUrl, ...value });

process.on('message', (command: Command) => {
  try {
    report(run(command));
  } catch (error) {
    report({ error: (error as Error).stack ?? String(error) });
  }
});
process.on('disconnect', () => process.exit());
report({ openMs });
