/**
 * The account files that suites made for the upstream scripts look for (`reference/devnet-for-clients.md` §1):
 * a mnemonic on the last line of `validator0/info` and of `challenger0/challenger_info`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHALLENGER_MNEMONIC, mnemonicAccounts, VALIDATOR_MNEMONIC } from './accounts.ts';

const files = [
  { path: ['validator0', 'info'], name: 'validator0', mnemonic: VALIDATOR_MNEMONIC },
  { path: ['challenger0', 'challenger_info'], name: 'challenger0', mnemonic: CHALLENGER_MNEMONIC },
];

/** `directory` takes the place of the scripts' `deployment/localup/.local`. */
export function writeLocalupFiles(directory: string): void {
  for (const { path, name, mnemonic } of files) {
    const address = mnemonicAccounts(mnemonic, 1)[0]!.address;
    const file = join(directory, ...path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, `- address: ${address}\n  name: ${name}\n\n${mnemonic}\n`, { mode: 0o600 });
  }
}
