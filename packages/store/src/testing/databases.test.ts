import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DatabaseAddress } from '../sql/engine.ts';
import { DatabaseServers, testDatabases } from './databases.ts';

const SERVER_USER = fileURLToPath(new URL('./server-user.ts', import.meta.url));

async function listens(address: DatabaseAddress): Promise<boolean> {
  assert.ok(address.engine !== 'sqlite');
  const socket = createConnection({ host: address.host, port: address.port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

for (const { engine, skip, fresh } of testDatabases()) {
  test(`each is one of its own (${engine})`, { skip }, async () => {
    assert.notDeepEqual(await fresh(), await fresh());
  });
  if (engine === 'sqlite') continue;

  describe(`a server (${engine})`, { skip }, () => {
    test('ends when it is not needed any more', async () => {
      const servers = new DatabaseServers();
      const address = await servers.engines.find((one) => one.engine === engine)!.fresh();
      assert.equal(await listens(address), true);
      await servers.close();
      assert.equal(await listens(address), false);
    });

    test('leaves the temporary tables of others where they are', async () => {
      const temporary = mkdtempSync(join(tmpdir(), 'prairie-temporary-'));
      chmodSync(temporary, 0o777); // a server has an account of its own
      const another = join(temporary, `#sql-temptable-${process.pid}-1-1.MAD`);
      writeFileSync(another, '');
      const before = process.env.TMPDIR;
      process.env.TMPDIR = temporary;
      const servers = new DatabaseServers();
      try {
        await servers.engines.find((one) => one.engine === engine)!.fresh();
        assert.ok(existsSync(another), 'a server that is made beside another breaks it');
      } finally {
        if (before === undefined) delete process.env.TMPDIR;
        else process.env.TMPDIR = before;
        await servers.close();
        rmSync(temporary, { recursive: true });
      }
    });

    test('ends with a process that is killed', async () => {
      const user = spawn(process.execPath, [SERVER_USER, engine], { stdio: ['ignore', 'pipe', 'inherit'] });
      const [line] = await Promise.race([
        once(createInterface({ input: user.stdout }), 'line') as Promise<[string]>,
        once(user, 'exit').then(([code]) => assert.fail(`it has ended with ${code}`)),
      ]);
      const address = JSON.parse(line) as DatabaseAddress;
      assert.equal(await listens(address), true);
      user.kill('SIGKILL');
      while (await listens(address)) await sleep(20);
    });
  });
}
