/** Accounts whose signature is not asked for: anyone acts in their name. */
import { toChecksumAddress } from '@prairie/chain';
import { addressKey } from '../keys.ts';
import { Setting, type SettingsStore } from './settings.ts';

/** Every transaction asks for its signers. */
export const MAX_IMPERSONATED = 1000;

export class Impersonations {
  private readonly kept: Setting<readonly string[]>;
  /** Address keys. */
  private keys: ReadonlySet<string>;

  constructor(store: SettingsStore) {
    this.kept = new Setting<readonly string[]>(store, 'impersonated', []);
    this.keys = new Set(this.kept.value);
  }

  has(address: string): boolean {
    return this.keys.size > 0 && this.keys.has(addressKey(address));
  }

  /** In the order of their bytes. */
  get addresses(): string[] {
    return [...this.keys].sort().map((key) => toChecksumAddress(`0x${key}`));
  }

  /** @throws Error when there are too many */
  add(address: string): void {
    if (this.keys.size >= MAX_IMPERSONATED && !this.has(address)) {
      throw new Error(`${MAX_IMPERSONATED} accounts are impersonated already: stop one of them first`);
    }
    this.replace([...this.keys, address]);
  }

  /** Whether it was one. */
  remove(address: string): boolean {
    if (!this.has(address)) return false;
    const gone = addressKey(address);
    this.replace([...this.keys].filter((key) => key !== gone));
    return true;
  }

  private replace(addresses: readonly string[]): void {
    const keys = new Set(addresses.map(addressKey));
    this.kept.save([...keys]);
    this.keys = keys;
  }
}
