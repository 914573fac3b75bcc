/** Makes `src/generated/keccak-module.ts`; run it after a change: `npm run node -- packages/chain/scripts/build-keccak.ts`. */
import { writeFile } from 'node:fs/promises';
import { compileAssembly } from '../../../scripts/compile-assembly.ts';

const target = new URL('../src/generated/keccak-module.ts', import.meta.url);
/** The state and the input come before what the compiler places itself: see `src/keccak.ts`. */
const INPUT_END = '32896';

export function buildKeccak(): Promise<string> {
  return compileAssembly({
    source: new URL('../assembly/keccak.ts', import.meta.url),
    script: 'scripts/build-keccak.ts',
    constant: 'KECCAK_MODULE',
    options: ['--memoryBase', INPUT_END],
  });
}

if (import.meta.main) await writeFile(target, await buildKeccak());
