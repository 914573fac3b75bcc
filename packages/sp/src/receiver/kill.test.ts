/** `kill -9` while pieces come in: what was acknowledged is there, and nothing is signed for that is not. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { blsVerify, sealChecksum, sealDocDigest } from '@prairie/chain';
import { INTEGRITY_SIGNATURE_HEADER, RECEIVE_MSG_HEADER, REPLICATE_PIECE_PATH } from '@prairie/client';
import { FilePieceStore } from '@prairie/store';
import { blsKey, type Fixture, headerOf, INDEX, objectOf, SEGMENTS } from './testing/network.ts';

const ROUNDS = 3;
const OBJECTS = 6;
const PROCESS = fileURLToPath(new URL('testing/process.ts', import.meta.url));
const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest();

class Running {
  readonly #process: ChildProcess;
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true });

  private constructor(child: ChildProcess, port: number) {
    this.#process = child;
    this.#port = port;
  }

  static async start(dir: string): Promise<Running> {
    const child = spawn(process.execPath, [PROCESS, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface({ input: child.stdout! })) return new Running(child, Number(line));
    throw new Error('the receiver did not start');
  }

  async kill(): Promise<void> {
    if (this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
    this.#agent.destroy();
  }

  /** Status and signature; status 0 when the connection broke. */
  put(header: string, body: Uint8Array): Promise<{ status: number; code: string | undefined; signature: string }> {
    return new Promise((resolve) => {
      const target = { host: '127.0.0.1', port: this.#port, method: 'PUT', path: REPLICATE_PIECE_PATH };
      const headers = { [RECEIVE_MSG_HEADER]: header, 'Content-Length': body.length };
      const outgoing = request({ ...target, headers, agent: this.#agent }, (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('error', () => resolve({ status: 0, code: undefined, signature: '' }));
        response.on('end', () => {
          const code = /<Code>(\d+)</.exec(text)?.[1];
          const signature = String(response.headers[INTEGRITY_SIGNATURE_HEADER.toLowerCase()] ?? '');
          resolve({ status: response.statusCode!, code, signature });
        });
      });
      outgoing.on('error', () => resolve({ status: 0, code: undefined, signature: '' }));
      outgoing.end(body);
    });
  }

  sendPiece({ object_info, pieces }: Fixture, segment: number) {
    const piece = pieces[segment]!;
    const fields = { segment_idx: segment, piece_size: BigInt(piece.length), piece_checksum: sha256(piece) };
    return this.put(headerOf(object_info, fields), piece);
  }

  done({ object_info }: Fixture) {
    return this.put(headerOf(object_info, { finished: true }), Buffer.alloc(0));
  }
}

function assertSigned({ object_info }: Fixture, signature: string): void {
  const checksum = sealChecksum(object_info.checksums);
  const doc = { chainId: 'greenfield_9000-121', globalVirtualGroupId: 4, objectId: object_info.id, checksum };
  assert.ok(blsVerify(blsKey, sealDocDigest(doc), Buffer.from(signature, 'hex')), 'the signature is another');
}

test('kill -9 at any moment: acknowledged pieces are there after it, and done calls tell the truth', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'prairie-receiver-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const objects = await Promise.all(Array.from({ length: ROUNDS * OBJECTS }, (_, i) => objectOf(i + 1)));
  const acknowledged = new Set<string>();
  const send = async (receiver: Running, object: Fixture, segment: number) => {
    const { status } = await receiver.sendPiece(object, segment);
    if (status === 200) acknowledged.add(`${object.object_info.id}/${segment}`);
  };
  for (let round = 0; round < ROUNDS; round++) {
    const receiver = await Running.start(dir);
    t.after(() => receiver.kill());
    const fresh = objects.slice(round * OBJECTS, (round + 1) * OBJECTS);
    // after so many acknowledgements
    const enough = acknowledged.size + Math.floor((OBJECTS * SEGMENTS * (round + 1)) / (ROUNDS + 1));
    const { promise, resolve } = Promise.withResolvers<void>();
    const arriving = fresh.flatMap((object) =>
      object.pieces.map(async (_, segment) => {
        await send(receiver, object, segment);
        if (acknowledged.size >= enough) resolve();
      }),
    );
    await Promise.race([promise, Promise.all(arriving)]);
    await receiver.kill();
    await Promise.all(arriving);
  }
  // on a machine that is busy all may have been acknowledged before a kill comes through
  assert.ok(acknowledged.size > 0, 'nothing was acknowledged');
  t.diagnostic(`${acknowledged.size} of ${objects.length * SEGMENTS} pieces were acknowledged`);

  const receiver = await Running.start(dir);
  t.after(() => receiver.kill());
  const pieceStore = await FilePieceStore.open({ root: join(dir, 'pieces') });
  t.after(() => pieceStore.close());
  for (const object of objects) {
    const { id } = object.object_info;
    const isThere = await Promise.all(
      object.pieces.map(async (piece, segment) => {
        const stored = await pieceStore.get(`e${id}_s${segment}_p${INDEX}`).catch(() => undefined);
        assert.ok(!stored || stored.equals(piece), 'a piece is whole or not there');
        return stored !== undefined;
      }),
    );
    for (const [segment, is] of isThere.entries()) {
      if (acknowledged.has(`${id}/${segment}`)) assert.ok(is, `piece ${segment} of object ${id} was acknowledged`);
    }
    const first = await receiver.done(object);
    assert.deepEqual([first.status, first.code], isThere.every(Boolean) ? [200, undefined] : [403, '80003']);
    for (const [segment, is] of isThere.entries()) if (!is) await send(receiver, object, segment);
    const last = await receiver.done(object);
    assert.equal(last.status, 200);
    assertSigned(object, last.signature);
  }
});
