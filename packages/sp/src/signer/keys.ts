/** Where the keys come from, and what holds them while the signer runs. What they are never leaves this file. */
import { readFile, stat } from 'node:fs/promises';
import {
  addressFromPublicKey,
  blsPublicKey,
  blsSign,
  type KeyHolder,
  keyHolder,
  recoverPublicKey,
  sameAddress,
} from '@prairie/chain';
import type { Logger } from '@prairie/gfsp';
import { KeyCommand, type KeyCommandOptions } from './key-command.ts';
import { ACCOUNT_KEYS, type AccountKeyName, type KeyName } from './operations.ts';

/**
 * 32 bytes; or their hex, with or without `0x`; or a file with that hex; or the program that has the key and its
 * arguments (`docs/guides/external-signer.md`). Keys with the same program share one process.
 */
export type KeySource = Uint8Array | string | { file: string } | { command: readonly string[] };

export type SignerKeySources = Readonly<Record<KeyName, KeySource>>;

/** The BLS key that signs seals and migrations. */
export interface BlsKeyHolder {
  /** 48 bytes. */
  readonly publicKey: Uint8Array;
  /** 96 bytes over 32. @throws Error when whoever has the key does not sign */
  sign(digest: Uint8Array): Promise<Uint8Array>;
}

export interface KeyRing extends Readonly<Record<AccountKeyName, KeyHolder>> {
  readonly bls: BlsKeyHolder;
  /** Ends the programs. */
  close(): Promise<void>;
}

const KEY_NAMES: readonly KeyName[] = [...ACCOUNT_KEYS, 'bls'];

/** Looks at the keys that are given as such. @throws Error that names the key, never showing it */
export function checkSources(sources: SignerKeySources): void {
  for (const name of KEY_NAMES) {
    const source: KeySource | undefined = sources[name];
    if (typeof source === 'string') secretOf(name, parseHex(name, source));
    else if (source === undefined || source instanceof Uint8Array) secretOf(name, source);
  }
}

/** Reads files and starts programs. @throws Error that names the key, never showing it */
export async function openKeys(
  sources: SignerKeySources,
  options: KeyCommandOptions,
  { logger }: { logger: Logger },
): Promise<KeyRing> {
  const commands = new Map<string, KeyCommand>();
  const commandOf = (argv: readonly string[]): KeyCommand => {
    const id = JSON.stringify(argv);
    const command = commands.get(id) ?? new KeyCommand(argv, options, { logger });
    commands.set(id, command);
    return command;
  };
  const close = async () => {
    await Promise.all([...commands.values()].map((command) => command.close()));
  };
  const account = async (name: AccountKeyName): Promise<KeyHolder> => {
    const source = sources[name];
    if (isCommand(source)) return accountElsewhere(name, commandOf(source.command));
    return keyHolder(await secretFrom(name, source, logger));
  };
  const bls = async (): Promise<BlsKeyHolder> => {
    if (isCommand(sources.bls)) return blsElsewhere(commandOf(sources.bls.command));
    const secret = await secretFrom('bls', sources.bls, logger);
    return { publicKey: blsPublicKey(secret), sign: async (digest) => blsSign(secret, digest) };
  };
  try {
    const [operator, seal, approval, gc] = await Promise.all(ACCOUNT_KEYS.map(account));
    return { operator: operator!, seal: seal!, approval: approval!, gc: gc!, bls: await bls(), close };
  } catch (error) {
    await close();
    throw error;
  }
}

const isCommand = (source: KeySource): source is { command: readonly string[] } =>
  typeof source === 'object' && 'command' in source;

async function secretFrom(
  name: KeyName,
  source: Exclude<KeySource, { command: readonly string[] }>,
  logger: Logger,
): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return secretOf(name, source);
  const text = typeof source === 'string' ? source : await readSecretFile(name, source.file, logger);
  return secretOf(name, parseHex(name, text));
}

const READABLE_BY_OTHERS = 0o004;
const READABLE_BY_GROUP = 0o040;

/** @throws Error when all users of the machine may read it. A group may: that is how services are given secrets. */
async function readSecretFile(name: KeyName, file: string, logger: Logger): Promise<string> {
  try {
    const { mode } = await stat(file);
    // Windows has no such bits: every file looks readable there
    if (process.platform !== 'win32') {
      if (mode & READABLE_BY_OTHERS) {
        throw new Error('every user of this machine may read it: expected mode 600, run chmod 600 on it');
      }
      if (mode & READABLE_BY_GROUP) logger.warn('the group of a key file may read the key', { key: name, file });
    }
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`the signer's ${name} key cannot be read from ${file}: ${(error as Error).message}`);
  }
}

function parseHex(name: KeyName, text: string): Uint8Array {
  const hex = text.trim().replace(/^0x/i, '');
  if (!/^[0-9a-f]{64}$/i.test(hex)) {
    throw new Error(`the signer's ${name} key is no key: expected 64 hex digits, got ${hex.length} characters`);
  }
  return Buffer.from(hex, 'hex');
}

function secretOf(name: KeyName, secret: Uint8Array | undefined): Uint8Array {
  if (!(secret instanceof Uint8Array) || secret.length !== 32) {
    throw new Error(`the signer's ${name} key is missing or not 32 bytes long`);
  }
  try {
    if (name === 'bls') blsPublicKey(secret);
    else keyHolder(secret);
  } catch {
    // the cause is left out: it may show the key
    throw new Error(`the signer's ${name} key is not a valid private key`);
  }
  return secret;
}

/** A wrong signature would be found by the chain only, with a text that does not help: it is looked at here. */
async function accountElsewhere(key: AccountKeyName, command: KeyCommand): Promise<KeyHolder> {
  const publicKey = await command.ask({ key, op: 'publicKey' }, 33);
  const address = addressFromPublicKey(publicKey);
  const told = `0x${(await command.ask({ key, op: 'address' }, 20)).toString('hex')}`;
  if (!sameAddress(told, address)) {
    throw new Error(`the signer's ${key} key: the program says its address is ${told}, its public key's is ${address}`);
  }
  return {
    address,
    publicKey,
    async signDigest(digest) {
      const signature = await command.ask({ key, op: 'signDigest', digest }, 65);
      const signer = recoverPublicKey(digest, signature);
      if (!signer.equals(publicKey)) throw new Error(`the program signed with another key than ${address}`);
      return signature;
    },
  };
}

async function blsElsewhere(command: KeyCommand): Promise<BlsKeyHolder> {
  const publicKey = await command.ask({ key: 'bls', op: 'publicKey' }, 48);
  return { publicKey, sign: (digest) => command.ask({ key: 'bls', op: 'blsSign', digest }, 96) };
}
