/** Numbers as people read them. */

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `20000000` → `19.1 MiB`. */
export function bytes(size: number | bigint): string {
  let value = Number(size);
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** Rows under headings, columns as wide as their widest cell. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, i) => Math.max(heading.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd();
  return [line(headings), ...rows.map(line)].join('\n');
}

const seconds = { w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 } as const;

/** `1d12h` → 129600; a bare number is seconds. Undefined for anything else. */
export function durationSeconds(text: string): number | undefined {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  if (!/^(\d{1,9}[wdhms])+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+)([wdhms])/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * seconds[unit as keyof typeof seconds], 0);
}

const WEI = 10n ** 18n;

/** `1.5bnb` or `1500wei` → wei. Undefined for anything else: a bare number could be either. */
export function weiOf(text: string): bigint | undefined {
  const match = /^(\d{1,77})(?:\.(\d{1,18}))?(bnb|wei)$/i.exec(text);
  if (!match) return undefined;
  const [, whole, fraction = '', unit] = match;
  if (unit!.toLowerCase() === 'bnb') return BigInt(whole!) * WEI + BigInt(fraction.padEnd(18, '0'));
  return fraction === '' ? BigInt(whole!) : undefined;
}

/** `1500000000000000000` → `1.5 BNB`. */
export function bnb(wei: bigint): string {
  const fraction = (wei % WEI).toString().padStart(18, '0').replace(/0+$/, '');
  return `${wei / WEI}${fraction ? `.${fraction}` : ''} BNB`;
}
