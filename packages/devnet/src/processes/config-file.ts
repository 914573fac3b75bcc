/** The configuration file of a provider that runs in processes of its own: what an operator would write. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PieceStoreSettings, ServerAddress } from '@prairie/store';
import type { ProviderKeys } from '../accounts.ts';

export interface ProviderFile {
  keys: ProviderKeys;
  rpcUrl: string;
  chainId: string;
  host: string;
  port: number;
  domain: string;
  dataDir: string;
  /** On a server; files in the data folder without. */
  databases?: { spdb: ServerAddress; bsdb: ServerAddress } | undefined;
  /** In a bucket; in the data folder without. */
  pieces?: PieceStoreSettings | undefined;
  /** Modules by the names of `[Endpoint]` (`Uploader`, `BlockSyncer`) and where they are; several for those that run twice. */
  endpoints: Readonly<Record<string, readonly string[]>>;
}

/** Writes `config.toml` into the data folder, for this user's eyes only. Returns its name. */
export function writeProviderFile(file: ProviderFile): string {
  mkdirSync(file.dataDir, { recursive: true });
  const path = join(file.dataDir, 'config.toml');
  writeFileSync(path, textOf(file), { mode: 0o600 });
  return path;
}

function textOf(file: ProviderFile): string {
  const { keys, rpcUrl, chainId, host, port, domain, dataDir, databases, pieces, endpoints } = file;
  const hex = (key: Uint8Array) => Buffer.from(key).toString('hex');
  return toml({
    '': { Env: 'local' },
    Chain: { ChainID: chainId, ChainAddress: [rpcUrl] },
    SpAccount: {
      SpOperatorAddress: keys.operator.address,
      OperatorPrivateKey: hex(keys.operator.privateKey),
      SealPrivateKey: hex(keys.seal.privateKey),
      ApprovalPrivateKey: hex(keys.approval.privateKey),
      GcPrivateKey: hex(keys.gc.privateKey),
      BlsPrivateKey: hex(keys.bls.secretKey),
    },
    Gateway: { DomainName: domain, HTTPAddress: `${host}:${port}` },
    PieceStore: pieceKeys(pieces ?? { storage: 'file', bucketUrl: join(dataDir, 'pieces') }),
    // so many processes on one machine would fight for the default ports
    Monitor: { DisableMetrics: true, DisablePProf: true, DisableProbe: true },
    Endpoint: Object.fromEntries(Object.entries(endpoints).map(([name, list]) => [`${name}Endpoint`, list.join(',')])),
    SpDB: databases ? databaseKeys(databases.spdb) : {},
    BsDB: databases ? databaseKeys(databases.bsdb) : {},
    // whoever presses Ctrl-C does not wait for half a minute
    Prairie: { DataDir: dataDir, DrainSeconds: 2, Database: databases?.spdb.engine ?? 'sqlite' },
  });
}

function pieceKeys({ storage, bucketUrl, iamType }: PieceStoreSettings): Keys {
  const keys = { 'Store.Storage': storage, 'Store.BucketURL': bucketUrl };
  return iamType === undefined ? keys : { ...keys, 'Store.IAMType': iamType };
}

function databaseKeys({ user, password, host, port, database, maxConnections }: ServerAddress): Keys {
  const address = { User: user, Passwd: password, Address: `${host}:${port}`, Database: database };
  return maxConnections === undefined ? address : { ...address, MaxOpenConns: maxConnections };
}

type Value = string | number | boolean | readonly string[];
type Keys = Readonly<Record<string, Value>>;

/** JSON's strings, whole numbers, booleans and lists of strings are TOML's too. */
function toml(sections: Readonly<Record<string, Keys>>): string {
  return Object.entries(sections)
    .map(([section, keys]) => {
      const lines = Object.entries(keys).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
      return [...(section ? [`[${section}]`] : []), ...lines].join('\n');
    })
    .join('\n\n')
    .concat('\n');
}
