import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ChannelCredentials, Client } from '@grpc/grpc-js';
import { connectAll, startServer } from './testing/server.ts';

const file = (name: string): string => fileURLToPath(new URL(`testing/fixtures/${name}`, import.meta.url));
/** Made with openssl, valid until 2126: `peer` is certified by `ca`, `stranger` by an authority that nobody knows. */
const tls = (who: string) => ({ caFile: file('ca.pem'), certFile: file(`${who}.pem`), keyFile: file(`${who}.key`) });

/** A name: TLS does not check addresses. */
const address = 'localhost:0';

const p2p = { queryBootstrap: async () => ['served'], askSecondaryReplicatePieceApproval: async () => [] };

describe('TLS between processes', () => {
  it('serves who shows a certificate of the authority', async (t) => {
    const server = await startServer(t, { p2p }, { tls: tls('peer'), address });
    const client = connectAll(t, [server.address], { tls: tls('peer') });
    assert.deepEqual(await client.p2p.queryBootstrap(), ['served']);
  });

  it('refuses who shows none, another one, or speaks without TLS', async (t) => {
    const server = await startServer(t, { p2p }, { tls: tls('peer'), address });
    for (const options of [{}, { tls: tls('stranger') }]) {
      const client = connectAll(t, [server.address], { ...options, waitMs: 300 });
      await assert.rejects(client.p2p.queryBootstrap(), { name: 'GfSpError', innerCode: 999999 });
    }
  });

  it('refuses who knows the authority and shows no certificate', async (t) => {
    const server = await startServer(t, { p2p }, { tls: tls('peer'), address });
    const channel = new Client(server.address, ChannelCredentials.createSsl(readFileSync(tls('peer').caFile)));
    t.after(() => channel.close());
    const ready = (deadline: number) => (done: (error?: Error | null) => void) => channel.waitForReady(deadline, done);
    await assert.rejects(promisify(ready(Date.now() + 500))());
  });

  it('does not talk to a server that it cannot check', async (t) => {
    const server = await startServer(t, { p2p }, { tls: tls('stranger'), address });
    const client = connectAll(t, [server.address], { tls: tls('peer'), waitMs: 300 });
    await assert.rejects(client.p2p.queryBootstrap(), { innerCode: 999999 });
  });
});
