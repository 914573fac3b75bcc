import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Broadcasts, createLogger, MemoryQueueEngine, type Modules } from '@prairie/gfsp';
import { operatorOf } from '../testing/chain.ts';
import { chunksOf, Network, payloadOf, until } from '../testing/network.ts';
import { Deposits } from './deposits.ts';
import { loadGroupView } from './group-view.ts';

const GIB = 1n << 30n;
const MADE = 16000n * 768n * GIB;

async function upload(network: Network) {
  const payload = payloadOf(1500);
  const object = await network.createObject(payload);
  await network.uploader.uploadObject(network.uploadTask(object), chunksOf(payload));
  return object;
}

/** A provider with one group; `deposit` answers, instead of the chain, to what managers send. */
async function setUp(deposit?: (make: () => void) => void) {
  const network = await new Network().start();
  await network.stop();
  const { chain } = network;
  const sent: Broadcasts['deposit'][] = [];
  const signer = {
    async broadcast(_: string, msg: Broadcasts['deposit']) {
      sent.push(msg);
      const make = () => chain.deposit(msg);
      if (deposit) deposit(make);
      else make();
      return 'AB';
    },
  };
  const lines: string[] = [];
  const logger = createLogger({ level: 'info', write: (line) => lines.push(line) });
  const engine = new MemoryQueueEngine();
  const stopping = new AbortController();
  const running: Promise<void>[] = [];
  const manager = async () => {
    const client = { signer } as unknown as Modules;
    const deposits = new Deposits({ depositAgainMs: 1 }, { client, consensus: chain, engine, logger });
    await deposits.open();
    const look = async () => {
      const view = await loadGroupView(chain, operatorOf(1));
      await deposits.look([...view.families.values()].flat());
      return deposits;
    };
    running.push(deposits.run(stopping.signal, { look, onMade: () => {} }));
    return look;
  };
  const stop = async () => {
    stopping.abort();
    await Promise.all(running);
  };
  const total = () => chain.families.get(1)![0]!.total_deposit;
  const isIdle = async () => (await engine.open({ name: 'manager-deposit', capacity: 1024 })).size();
  const settled = () => until(async () => (await isIdle()) === 0, 'the deposits to be made');
  return { network, chain, sent, lines, manager, stop, total, settled };
}

test('a group gets a deposit before it is full, and the upload goes there', async () => {
  const network = await new Network().start();
  network.chain.changeGroup(1, { stored_size: 245n * GIB });
  await network.restart();
  await until(() => network.chain.families.get(1)![0]!.total_deposit === MADE, 'the deposit');
  const { id } = await upload(network);
  await until(() => network.chain.isSealed(id), 'the seal');
  assert.equal(network.chain.families.get(1)!.length, 1);
  await network.stop();
});

test('several managers make it once, and none for what has room or is empty', async () => {
  const { chain, sent, manager, stop, total, settled } = await setUp();
  const looks = [await manager(), await manager()];
  await Promise.all(looks.map((look) => look()));
  chain.changeGroup(1, { stored_size: 243n * GIB });
  await Promise.all(looks.map((look) => look()));
  assert.deepEqual(sent, []);
  chain.changeGroup(1, { stored_size: 244n * GIB });
  await Promise.all([...looks, ...looks].map((look) => look()));
  await settled();
  await Promise.all(looks.map((look) => look()));
  await settled();
  await stop();
  assert.equal(sent.length, 1);
  assert.equal(total(), MADE);
});

test('one whose outcome is not known is asked for, once it has landed or is void, and not sent again', async () => {
  let land = () => {};
  const { chain, sent, manager, stop, total, settled } = await setUp((make) => {
    land = make;
    throw new Error('no answer');
  });
  const { waitForHeight } = chain;
  chain.waitForHeight = async (height) => {
    land();
    land = () => {};
    return waitForHeight(height);
  };
  chain.changeGroup(1, { stored_size: 250n * GIB });
  const look = await manager();
  await look();
  await settled();
  await stop();
  assert.equal(sent.length, 1);
  assert.equal(total(), MADE);
});

test('a refusal says who pays and how much, and is tried again', async () => {
  let refusals = 1;
  const { chain, sent, lines, manager, stop, settled } = await setUp((make) => {
    if (refusals-- > 0) throw new Error('spendable balance 5BNB is smaller than 10BNB');
    make();
  });
  chain.providers[0]!.funding_address = '0xF00D';
  chain.changeGroup(1, { stored_size: 250n * GIB });
  const look = await manager();
  await look();
  await settled();
  await stop();
  assert.equal(sent.length, 2);
  const line = lines.find((one) => one.includes('got no deposit'));
  for (const part of ['0xF00D', 'smaller than 10BNB', String(16000n * 512n * GIB)])
    assert.ok(line?.includes(part), part);
});

test('an object that the chain refuses in a full group is sealed in another that has room', async () => {
  const network = new Network({ providers: 8, picker: firstPicker });
  await network.start();
  network.chain.createGroup({
    ...{ virtual_group_family_id: 1, primary_sp_address: operatorOf(1), secondary_sp_ids: [2, 3, 4, 5, 6, 8] },
    deposit: { denom: 'BNB', amount: 16000n * 256n * GIB },
  });
  const broadcast = network.signer.broadcast.bind(network.signer);
  let groups: number[] = [];
  network.signer.broadcast = async (what, msg) => {
    if (what === 'deposit') throw new Error('no funds');
    if (what === 'seal_object_info') {
      // others have sealed there meanwhile
      network.chain.changeGroup(1, { stored_size: 256n * GIB - 1n });
      groups = [...groups, (msg as Broadcasts['seal_object_info']).global_virtual_group_id];
    }
    return broadcast(what, msg);
  };
  const { id } = await upload(network);
  await until(() => network.chain.isSealed(id), 'the seal', 60_000);
  assert.equal(network.chain.objects.get(id)!.global_virtual_group!.id, 2);
  assert.equal(groups.at(-1), 2);
  assert.equal(network.chain.families.get(1)!.length, 2);
  await network.stop();
});

test('an object larger than what is left in a group goes to a new one', async () => {
  const network = await new Network({ providers: 8 }).start();
  network.chain.changeGroup(1, { total_deposit: 16000n * 1000n });
  await network.restart();
  const { id } = await upload(network);
  await until(() => network.chain.isSealed(id), 'the seal');
  assert.equal(network.chain.objects.get(id)!.global_virtual_group!.id, 2);
  await network.stop();
});

const firstPicker = {
  pickFamily: <T>([first]: readonly T[]) => first,
  pickGroup: <T>([first]: readonly T[]) => first,
};
