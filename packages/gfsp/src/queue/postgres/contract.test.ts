import { after } from 'node:test';
import {
  findPostgres,
  HOW_TO_INSTALL,
  type PostgresServer,
  startPostgres,
} from '../../../../../test/support/postgres.ts';
import { queueContract } from '../testing/contract.ts';
import { PostgresQueueEngine } from './index.ts';

let server: PostgresServer | undefined;
after(() => server?.remove());

queueContract('PostgreSQL', { runs: 20, ...(findPostgres() ? {} : { skip: HOW_TO_INSTALL }) }, async () => {
  server = await startPostgres();
  return new PostgresQueueEngine({ connectionString: server.connectionString });
});
