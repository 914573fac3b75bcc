/** `node process.ts DIR`: a receiver behind its gateway, on files in DIR. Prints the port once it listens. */
import { join } from 'node:path';
import { blsSign, sealDocDigest } from '@prairie/chain';
import { type Modules, type Signatures, silentLogger } from '@prairie/gfsp';
import { createErasureCoder, createHasher, integrityHash } from '@prairie/redundancy';
import { FilePieceStore, openSpDb } from '@prairie/store';
import { GaterModule } from '../../gater/http/server.ts';
import { OPERATOR } from '../../gater/testing.ts';
import { ReceiverModule } from '../index.ts';
import { BLS_KEY, chain } from './network.ts';

const dir = process.argv[2]!;
const consensus = chain();
const sign = async (_: string, { checksums, ...doc }: Signatures['sign_secondary_seal_bls']) =>
  blsSign(
    BLS_KEY,
    sealDocDigest({
      ...{ chainId: consensus.chainId, objectId: doc.object_id, checksum: integrityHash(checksums) },
      globalVirtualGroupId: doc.global_virtual_group_id,
    }),
  );
const client = { signer: { sign }, manager: { reportTask: async () => {} } } as unknown as Modules;
const receiver = new ReceiverModule(
  { operatorAddress: OPERATOR },
  {
    ...{ client, consensus, logger: silentLogger, hasher: createHasher() },
    spdb: await openSpDb({ engine: 'sqlite', path: join(dir, 'sp.db') }),
    pieceStore: await FilePieceStore.open({ root: join(dir, 'pieces') }),
  },
);
Object.assign(client, { receiver });
const gateway = new GaterModule(
  { host: '127.0.0.1', port: 0, domains: ['sp1.test'], operatorAddress: OPERATOR, version: '0' },
  { client, consensus, recent: consensus, coder: createErasureCoder(), logger: silentLogger },
);
await gateway.start();
process.stdout.write(`${gateway.port}\n`);
