import type { VectorReport } from '@prairie/chain/conformance';

/** As `reportOn` of `@prairie/chain/conformance`, for checks that take time. Rows are checked one after another. */
export async function reportOnAsync<T>(
  rows: readonly T[],
  nameOf: (row: T) => string,
  check: (row: T) => Promise<void>,
): Promise<VectorReport> {
  const mismatches: string[] = [];
  for (const [i, row] of rows.entries()) {
    try {
      await check(row);
    } catch (error) {
      mismatches.push(`row ${i + 1} (${nameOf(row)}): ${(error as Error).message}`);
    }
  }
  return { matched: rows.length - mismatches.length, total: rows.length, mismatches };
}

export function sumReports(reports: readonly VectorReport[]): VectorReport {
  return {
    matched: reports.reduce((sum, report) => sum + report.matched, 0),
    total: reports.reduce((sum, report) => sum + report.total, 0),
    mismatches: reports.flatMap((report) => report.mismatches),
  };
}
