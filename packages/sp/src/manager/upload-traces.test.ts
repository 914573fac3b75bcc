import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UploadEvent, UploadLog } from '@prairie/gfsp';
import { chunksOf, Network, payloadOf, until } from '../testing/network.ts';

/** A network whose events are kept here too. */
async function traced(): Promise<{ network: Network; of: (log: UploadLog, id: bigint) => UploadEvent[] }> {
  const network = new Network({ manager: { traceUploads: true } });
  const rows: UploadEvent[] = [];
  const { spdb } = network.disk;
  const write = spdb.addUploadEvents;
  spdb.addUploadEvents = async (events) => {
    await write(events);
    rows.push(...events);
  };
  await network.start();
  return { network, of: (log, id) => rows.filter((row) => row.log === log && row.object_id === id) };
}

test('an upload that goes well leaves its steps, and that it did', async () => {
  const { network, of } = await traced();
  const payload = payloadOf(1500);
  const object = await network.createObject(payload);
  await network.uploader.uploadObject(network.uploadTask(object), chunksOf(payload));
  await until(() => of('put_object_success_event_log', object.id).length > 0, 'the last step');
  const steps = of('put_object_event_log', object.id).map(({ state }) => state);
  assert.deepEqual(steps, ['Upload', 'Replicate + Seal']);
  await network.stop();
});

test('an upload, a replication and a seal that break leave a row with the object and the error', async () => {
  const { network, of } = await traced();
  const payload = payloadOf(1500);
  const wrong = await network.createObject(payload);
  await assert.rejects(network.uploader.uploadObject(network.uploadTask(wrong), chunksOf(payload.toReversed())));
  await until(() => of('upload_failed_event_log', wrong.id).length > 0, 'the upload that broke');
  assert.equal(JSON.parse(of('upload_failed_event_log', wrong.id)[0]!.error).inner_code, 110004);

  network.signer.sealFailures.push(...Array.from({ length: 9 }, () => new Error('the chain is busy')));
  const unsealed = await network.createObject(payloadOf(1600));
  await network.uploader.uploadObject(network.uploadTask(unsealed), chunksOf(payloadOf(1600)));
  await until(() => of('seal_failed_event_log', unsealed.id).length > 0, 'the seal that broke');
  assert.match(of('seal_failed_event_log', unsealed.id)[0]!.error, /busy/);

  for (const endpoint of network.secondaries.keys()) network.broken.add(endpoint);
  const lonely = await network.createObject(payloadOf(1700));
  await network.uploader.uploadObject(network.uploadTask(lonely), chunksOf(payloadOf(1700)));
  await until(() => of('replicate_failed_event_log', lonely.id).length > 0, 'the replication that broke');
  assert.notEqual(of('replicate_failed_event_log', lonely.id)[0]!.error, '');
  await network.stop();
});
