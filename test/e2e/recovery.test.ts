/** Lost pieces that operators have made again, and a provider that takes over the places of one that leaves. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ObjectOnChain,
  greenfieldStorage as storage,
  type TxMessage,
  TxSender,
  txMessage,
  greenfieldVirtualgroup as vg,
} from '@prairie/chain';
import { UserClient } from '@prairie/client';
import { providerKeys } from '@prairie/devnet';
import type { RecoverProcesses } from '@prairie/gfsp';
import type { TestAccount } from '../support/account.ts';
import { prairie } from '../support/command.ts';
import { differences, flipBit, PRIMARY, pieceFiles, snapshotOf } from '../support/damage.ts';
import type { DevnetProcess } from '../support/devnet-process.ts';
import { contentOf, inChunks, readObject } from '../support/uploads.ts';
import { startUsedDevnet, stopUsedDevnet } from '../support/used-devnet.ts';

const bucket = 'recovery-bucket';
const movedBucket = 'moved-bucket';
/** Of the objects; the last one has two segments. */
const SIZES = [1, 1000, 65_536, 300_001, 2_000_003, 16_777_230];

interface Summary {
  objects: number;
  pieces: number;
  good: number;
  repaired: number;
  failed: number;
  failed_objects: string[];
}

describe('recovery', () => {
  const objects = new Map<string, { content: Buffer; onChain: ObjectOnChain }>();
  let dataDir: string;
  let devnet: DevnetProcess;
  let owner: TestAccount;
  let client: UserClient;
  let whole: Map<string, string>;

  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'prairie-recovery-'));
    ({ devnet, owner, client } = await startUsedDevnet(dataDir));
    await owner.createBucket(bucket);
    const contents = new Map(SIZES.map((size, at) => [`o${at}`, contentOf(size, at)]));
    await owner.createObjects(bucket, contents);
    for (const [object, content] of contents) {
      await client.putObject({ bucket, object, size: content.length, body: inChunks(content) });
    }
    for (const [object, content] of contents) {
      await owner.sealed(bucket, object, 60);
      objects.set(object, { content, onChain: (await owner.chain.object(bucket, object))! });
    }
    whole = snapshotOf(dataDir);
  });

  after(async () => {
    if (devnet) await stopUsedDevnet({ devnet, owner, client }, 'SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  });

  const grpcOf = (id: number) => devnet.sps.find((sp) => sp.id === id)!.grpc;
  const filesOf = (name: string, index: number) => pieceFiles(dataDir, objects.get(name)!.onChain, index);
  const groupOf = (name: string) => objects.get(name)!.onChain.global_virtual_group!;

  async function recover(id: number, code: number, ...what: string[]): Promise<Summary> {
    const run = await prairie('sp', 'recover', ...what, '--endpoint', grpcOf(id), '--json');
    assert.equal(run.code, code, `${run.stdout}${run.stderr}\n${devnet.log()}`);
    return (JSON.parse(run.stdout.trim().split('\n').at(-1)!) as { summary: Summary }).summary;
  }

  it('the primary makes single objects, and a whole bucket, from four secondaries', async () => {
    for (const file of filesOf('o5', PRIMARY)) rmSync(file);
    flipBit(filesOf('o3', PRIMARY)[0]!, 7, 1);
    const named = await recover(1, 0, 'object', `${bucket}/o5`, `${bucket}/o4`);
    assert.deepEqual([named.objects, named.pieces, named.good, named.repaired], [2, 3, 1, 2]);
    const all = await recover(1, 0, 'bucket', bucket);
    assert.deepEqual([all.objects, all.good, all.repaired, all.failed], [SIZES.length, SIZES.length, 1, 0]);
    assert.deepEqual(differences(whole, snapshotOf(dataDir)), []);
  });

  it('a secondary has its pieces from the primary, and from the others where that has none', async () => {
    const { id, secondary_sp_ids } = groupOf('o5');
    const names = [...objects.keys()].filter((name) => groupOf(name).id === id);
    for (const file of names.flatMap((name) => filesOf(name, 2))) rmSync(file);
    // the primary has lost its own, too: it makes that again on the way, of what the others have
    rmSync(filesOf('o5', PRIMARY)[1]!);
    const { repaired, failed } = await recover(secondary_sp_ids[2]!, 0, 'gvg', String(id), '--no-verify');
    assert.deepEqual([repaired, failed], [names.flatMap((name) => filesOf(name, 2)).length, 0]);
    assert.deepEqual(differences(whole, snapshotOf(dataDir)), []);
  });

  it('three lost pieces and a lost primary are the clear error: to the reader, and to the operator', async () => {
    const lost = [PRIMARY, 0, 3, 5].map((index) => filesOf('o2', index)[0]!);
    const kept = lost.map((file) => readFileSync(file));
    for (const [at, file] of lost.entries()) renameSync(file, `${dataDir}/lost-${at}`);
    await assert.rejects(readObject(client, bucket, 'o2'), {
      innerCode: 45203,
      httpStatus: 500,
      message: /3 of 6 secondaries have answered with a piece, 4 are needed/,
    });
    const { failed, failed_objects } = await recover(1, 1, 'object', `${bucket}/o2`);
    assert.deepEqual([failed, failed_objects], [1, [`${bucket}/o2`]]);
    assert.ok(lost.every((file) => !existsSync(file)));
    const shown = await prairie('sp', 'recover', 'status', '--reset', '--endpoint', grpcOf(1), '--json');
    assert.deepEqual((JSON.parse(shown.stdout) as { failed: string[] }).failed, [`${bucket}/o2`]);
    renameSync(`${dataDir}/lost-1`, lost[1]!);
    assert.ok((await readObject(client, bucket, 'o2')).equals(objects.get('o2')!.content));
    for (const index of [3, 5]) await recover(groupOf('o2').secondary_sp_ids[index]!, 0, 'object', `${bucket}/o2`);
    assert.deepEqual(
      lost.map((file) => readFileSync(file)),
      kept,
    );
  });

  it('names the next step when nothing is to be done', async () => {
    const usage = await prairie('sp', 'recover', 'gvg', 'three', '--endpoint', grpcOf(1));
    assert.equal(usage.code, 2, usage.stderr);
    const refused = await prairie('sp', 'recover', 'successor', '--family', '1', '--endpoint', grpcOf(2));
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, /not the successor of family 1: nobody has reserved it/);
    const named = await prairie('sp', 'recover', 'object', 'x/y', `${bucket}/o0`, '--endpoint', grpcOf(1));
    assert.equal(named.code, 1, named.stderr);
    assert.match(named.stdout, /there is no object x\/y on the chain\n1 pieces of 2 objects looked at: 1 good/);
  });

  async function sendAs(id: number, message: TxMessage): Promise<void> {
    const sender = new TxSender({ privateKey: providerKeys(id - 1).operator.privateKey }, { client: owner.chain });
    await sender.sendAndWait([message]);
  }

  const endpointOf = (id: number) => devnet.sps.find((sp) => sp.id === id)!.endpoint;
  const operatorOf = (id: number) => devnet.sps.find((sp) => sp.id === id)!.operatorAddress;

  async function takenOver(id: number, what: string[], isDone: () => Promise<boolean>): Promise<RecoverProcesses> {
    const begun = await prairie('sp', 'recover', 'successor', ...what, '--endpoint', grpcOf(id));
    assert.equal(begun.code, 0, `${begun.stderr}\n${devnet.log()}`);
    for (let tries = 0; !(await isDone()); tries++) {
      assert.ok(tries < 300, `the swap was not completed\n${devnet.log()}`);
      await sleep(100);
    }
    // the last look comes after the swap
    for (let tries = 0; ; tries++) {
      const shown = await prairie('sp', 'recover', 'status', ...what, '--endpoint', grpcOf(id), '--json');
      const found = JSON.parse(shown.stdout) as RecoverProcesses;
      if (!found.executing) return found;
      assert.ok(tries < 100, `the recovery has not ended\n${devnet.log()}`);
    }
  }

  /** The provider that leaves: a secondary of the group of `o5`, with a family of its own. */
  const place = 1;
  const leaving = () => groupOf('o5').secondary_sp_ids[place]!;
  const moved = new Map(SIZES.slice(2).map((size, at) => [`m${at}`, contentOf(size, 100 + at)]));

  /** Objects in the family of the provider that leaves. */
  async function fillFamily(): Promise<void> {
    const primary_sp_address = operatorOf(leaving());
    const [family] = await owner.chain.familiesOfSp(leaving());
    await owner.send(
      txMessage(storage.MsgCreateBucket, {
        ...{ creator: owner.address, payment_address: owner.address, primary_sp_address },
        ...{ bucket_name: movedBucket, visibility: storage.VisibilityType.VISIBILITY_TYPE_PRIVATE },
        primary_sp_approval: { global_virtual_group_family_id: family!.id },
      }),
    );
    await owner.createObjects(movedBucket, moved);
    const primary = new UserClient({ endpoint: endpointOf(leaving()), privateKey: owner.privateKey });
    for (const [object, content] of moved) {
      await primary.putObject({ bucket: movedBucket, object, size: content.length, body: inChunks(content) });
      await owner.sealed(movedBucket, object, 60);
    }
    primary.close();
  }

  it('a successor brings the pieces of a place in a group, and has the place then', async () => {
    await fillFamily();
    const group = groupOf('o5');
    const successor = devnet.sps.find(
      ({ id }) => id !== group.primary_sp_id && !group.secondary_sp_ids.includes(id),
    )!.id;
    await sendAs(leaving(), txMessage(vg.MsgStorageProviderExit, { storage_provider: operatorOf(leaving()) }));
    await sendAs(
      successor,
      txMessage(vg.MsgReserveSwapIn, {
        ...{ storage_provider: operatorOf(successor), target_sp_id: leaving() },
        ...{ global_virtual_group_family_id: 0, global_virtual_group_id: group.id },
      }),
    );
    const { recover_processes } = await takenOver(
      successor,
      ['--gvg', String(group.id)],
      async () => (await owner.chain.gvg(group.id))?.secondary_sp_ids[place] === successor,
    );
    assert.deepEqual(
      recover_processes.map(({ status, redundancy_index }) => [status, redundancy_index]),
      [[2, place]],
    );
    for (const name of [...objects.keys()].filter((one) => groupOf(one).id === group.id)) {
      const onChain = (await owner.chain.object(bucket, name))!;
      const files = pieceFiles(dataDir, onChain, place);
      const before = filesOf(name, place);
      for (const [at, file] of files.entries()) assert.ok(readFileSync(file).equals(readFileSync(before[at]!)), file);
    }
  });

  it('a successor brings the segments of a family, and serves its objects then', async () => {
    const { family_id, secondary_sp_ids } = (await owner.chain.object(movedBucket, 'm0'))!.global_virtual_group!;
    const successor = secondary_sp_ids[4]!;
    await sendAs(
      successor,
      txMessage(vg.MsgReserveSwapIn, {
        ...{ storage_provider: operatorOf(successor), target_sp_id: leaving() },
        ...{ global_virtual_group_family_id: family_id, global_virtual_group_id: 0 },
      }),
    );
    const { recover_processes } = await takenOver(
      successor,
      ['--family', String(family_id)],
      async () => (await owner.chain.family(family_id))?.primary_sp_id === successor,
    );
    assert.ok(recover_processes.length > 0 && recover_processes.every(({ status }) => status === 2));
    const reader = new UserClient({ endpoint: endpointOf(successor), privateKey: owner.privateKey });
    for (const [name, content] of moved) {
      assert.ok((await readObject(reader, movedBucket, name)).equals(content), name);
    }
    reader.close();
  });
});
