import { after } from 'node:test';
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../../../../../test/support/postgres.ts';
import { queueContract } from '../testing/contract.ts';
import { PostgresQueueEngine } from './index.ts';

let server: PostgresServer | undefined;
after(() => server?.remove());

queueContract('PostgreSQL', { runs: 20, skip: skipWithoutPostgres() }, async () => {
  server = await startPostgres({ lasting: false });
  return new PostgresQueueEngine({ connectionString: server.connectionString });
});
