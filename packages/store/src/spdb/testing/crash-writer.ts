import { writeSync } from 'node:fs';
import { openSpDb } from '../spdb.ts';

/** The process that the crash test kills: writes in every way that there is, and says what is acknowledged. */
const [address, from] = process.argv.slice(2);
if (!address || !from) throw new Error('usage: crash-writer.ts ADDRESS-AS-JSON FIRST-ID');
const db = await openSpDb(JSON.parse(address));
const checksums = { integrity_checksum: new Uint8Array(32), piece_checksum_list: [new Uint8Array(32)] };

for (let id = BigInt(from); ; id++) {
  await db.insertUploadProgress(id, false);
  await db.transaction(
    async (tables) => {
      await tables.setIntegrity({ object_id: id, redundancy_index: -1, object_size: 1n, ...checksums });
      await tables.updateUploadProgress(id, { task_state: 2 });
    },
    { durable: id % 2n === 0n },
  );
  const read = { bucket_id: 1n, bucket_name: 'b', read_size: 1n };
  const record = { object_id: id, object_name: 'o', user_address: '', read_timestamp_us: 1n };
  const pools = { month: '2026-11', charged_quota: 1n << 40n, free_quota: 0n, monthly_free_quota: 0n };
  await db.consumeReadQuota({ ...read, ...pools }, { ...read, ...record });
  // at once and whole, so that no acknowledgement is lost in a buffer of the killed process
  writeSync(1, `${id}\n`);
}
