/** Makes `src/generated/kernel-module.ts`; run it after a change: `npm run node -- packages/redundancy/scripts/build-kernel.ts`. */
import { writeFile } from 'node:fs/promises';
import { compileAssembly } from '../../../scripts/compile-assembly.ts';

const target = new URL('../src/generated/kernel-module.ts', import.meta.url);

export function buildKernel(): Promise<string> {
  return compileAssembly({
    source: new URL('../assembly/kernel.ts', import.meta.url),
    script: 'scripts/build-kernel.ts',
    constant: 'KERNEL_MODULE',
    options: ['--enable', 'simd', '--enable', 'relaxed-simd', '--importMemory'],
  });
}

if (import.meta.main) await writeFile(target, await buildKernel());
