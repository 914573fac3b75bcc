/** The genesis file of a chain, from a node: in one answer, or in parts when it is large. */
import { type CallOptions, type RpcClient, RpcError } from '../rpc.ts';

export interface GenesisFile {
  chain_id: string;
  /** RFC 3339. */
  genesis_time: string;
  /** Height of the first block, decimal. */
  initial_height: string;
  /** What each module began with, as proto JSON, by the module's name. */
  app_state: Readonly<Record<string, unknown>>;
}

/** Longest file that is read. Nodes give parts of 16 MiB. */
const MAX_BYTES = 256 << 20;

/** @throws Error when it is too large, or of another chain */
export async function fetchGenesis(rpc: RpcClient, chainId: string, options?: CallOptions): Promise<GenesisFile> {
  const genesis = await whole(rpc, options).catch((error: unknown) => {
    if (error instanceof RpcError && error.message.includes('genesis_chunked')) return inParts(rpc, options);
    throw error;
  });
  if (genesis.chain_id !== chainId) {
    throw new Error(`expected the genesis of ${chainId}, the node gave that of ${genesis.chain_id}`);
  }
  return genesis;
}

async function whole(rpc: RpcClient, options?: CallOptions): Promise<GenesisFile> {
  return (await rpc.read<{ genesis: GenesisFile }>('genesis', {}, options)).genesis;
}

async function inParts(rpc: RpcClient, options?: CallOptions): Promise<GenesisFile> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for (let chunk = 0, total = 1; chunk < total; chunk++) {
    const part = await rpc.read<{ total: string; data: string }>('genesis_chunked', { chunk: String(chunk) }, options);
    total = Number(part.total);
    const data = Buffer.from(part.data, 'base64');
    bytes += data.length;
    if (bytes > MAX_BYTES || !Number.isSafeInteger(total)) {
      throw new Error(`the genesis file is too large: ${bytes} bytes after part ${chunk + 1} of ${part.total}`);
    }
    parts.push(data);
  }
  return JSON.parse(Buffer.concat(parts).toString()) as GenesisFile;
}
