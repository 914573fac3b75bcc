/** The recorded exchanges between clients and providers, and the keys of all who took part. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `sha256` stands for bodies above 64 KiB. */
export interface RecordedBody {
  len: number;
  text?: string;
  base64?: string;
  sha256?: string;
}

export interface Exchange {
  id: number;
  /** The file that it is in. */
  endpoint: string;
  /** Arrival of the request, unix milliseconds. */
  time_ms: number;
  duration_ms: number;
  /** `sp0` to `sp7`. */
  sp: string;
  step: string;
  method: string;
  url: string;
  request_headers: [string, string][];
  request_body: RecordedBody;
  status: number;
  response_headers: [string, string][];
  response_body: RecordedBody;
}

export interface ProviderKeysFile {
  OperatorAddress: string;
  OperatorPrivateKey: string;
  SealPrivateKey: string;
  ApprovalPrivateKey: string;
  GcPrivateKey: string;
  BlsPrivateKey: string;
  on_chain_id: number;
  endpoint: string;
  domain_name: string;
}

export interface Keys {
  chain_id: string;
  users: { name: string; private_key: string; address: string }[];
  storage_providers: Record<string, ProviderKeysFile>;
}

/** A row of the recorded providers' table of reads. */
export interface ReadRow {
  sp: string;
  bucket_name: string;
  object_name: string;
  /** Empty for an anonymous reader. */
  user_address: string;
  read_timestamp_us: number;
  read_size: number;
}

/** In the order of their arrival. */
export function readExchanges(fixtures: string): Exchange[] {
  const folder = join(fixtures, 'http');
  const files = readdirSync(folder).filter((file) => file.endsWith('.jsonl'));
  return files
    .flatMap((file) => linesOf<Omit<Exchange, 'endpoint'>>(join(folder, file)).map(named(file.slice(0, -6))))
    .sort((a, b) => a.time_ms - b.time_ms || a.id - b.id);
}

const named =
  (endpoint: string) =>
  (exchange: Omit<Exchange, 'endpoint'>): Exchange => ({ endpoint, ...exchange });

export const readKeys = (fixtures: string): Keys =>
  JSON.parse(readFileSync(join(fixtures, 'keys.json'), 'utf8')) as Keys;

export function readReads(fixtures: string): ReadRow[] {
  return ['sp0', 'sp1'].flatMap((sp) =>
    linesOf<Omit<ReadRow, 'sp'>>(join(fixtures, 'db', `${sp}-read_record.jsonl`)).map((row) => ({ sp, ...row })),
  );
}

/** A header's value as sent; names come in either case. */
export const headerOf = (headers: readonly [string, string][], name: string): string | undefined =>
  headers.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];

const linesOf = <T>(file: string): T[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
