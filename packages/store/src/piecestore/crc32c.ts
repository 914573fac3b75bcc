/** CRC-32 of Castagnoli's polynomial, which object storages keep beside a piece (`node:zlib` has the other one). */
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Reflected. */
const POLYNOMIAL = 0x82f63b78;
/** Bytes in one turn of the event loop: under a millisecond. */
const TURN_BYTES = 1 << 20;

/** Eight tables, one after the other, so that eight bytes are taken at a time. */
const TABLES = makeTables();

function makeTables(): Int32Array {
  const tables = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    tables[byte] = crc;
  }
  for (let at = 256; at < tables.length; at++) {
    const before = tables[at - 256]!;
    tables[at] = (before >>> 8) ^ tables[before & 255]!;
  }
  return tables;
}

/** Of `data`, from 0 to 2³² − 1. Large ones let other work of the event loop between. */
export async function crc32c(data: Uint8Array): Promise<number> {
  let crc = -1;
  for (let from = 0; from < data.length; from += TURN_BYTES) {
    if (from > 0) await nextTurn();
    crc = updated(crc, data, from, Math.min(from + TURN_BYTES, data.length));
  }
  return ~crc >>> 0;
}

function updated(before: number, data: Uint8Array, from: number, to: number): number {
  const tables = TABLES;
  let crc = before;
  let at = from;
  for (; at + 8 <= to; at += 8) {
    const low = crc ^ (data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24));
    crc =
      tables[0x700 + (low & 255)]! ^
      tables[0x600 + ((low >>> 8) & 255)]! ^
      tables[0x500 + ((low >>> 16) & 255)]! ^
      tables[0x400 + (low >>> 24)]! ^
      tables[0x300 + data[at + 4]!]! ^
      tables[0x200 + data[at + 5]!]! ^
      tables[0x100 + data[at + 6]!]! ^
      tables[data[at + 7]!]!;
  }
  for (; at < to; at++) crc = (crc >>> 8) ^ tables[(crc ^ data[at]!) & 255]!;
  return crc;
}
