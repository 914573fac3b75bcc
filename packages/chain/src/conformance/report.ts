/** Counting what matches a set of vectors. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

export interface VectorReport {
  matched: number;
  total: number;
  /** One line per row that differs: which row, and how. */
  mismatches: string[];
}

export class Mismatch extends Error {
  override readonly name = 'Mismatch';
}

export function readVectors<T>(dir: string, file: string): T {
  return JSON.parse(readFileSync(join(dir, file), 'utf8')) as T;
}

/** Runs `check` on every row; what it throws is the row's mismatch. */
export function reportOn<T>(rows: readonly T[], nameOf: (row: T) => string, check: (row: T) => void): VectorReport {
  const mismatches: string[] = [];
  for (const [i, row] of rows.entries()) {
    try {
      check(row);
    } catch (error) {
      mismatches.push(`row ${i + 1} (${nameOf(row)}): ${(error as Error).message}`);
    }
  }
  return { matched: rows.length - mismatches.length, total: rows.length, mismatches };
}

/** @throws Mismatch with both sides when they differ. */
export function expectSame(what: string, got: unknown, expected: unknown): void {
  if (isDeepStrictEqual(got, expected)) return;
  throw new Mismatch(`${what}: expected ${preview(expected)}, got ${preview(got)}`);
}

function preview(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}

export const fromHex = (text: string): Buffer => Buffer.from(text, 'hex');
