/** A manager in a process of its own, for tests that kill it: leases all that is ready, says so, and stays. */
import { PostgresQueueEngine } from '../postgres/index.ts';

const [connectionString = '', name = ''] = process.argv.slice(2);
const engine = new PostgresQueueEngine({ connectionString });
const queue = await engine.open({ name, capacity: 1000 });
let count = 0;
while (await queue.lease('killed')) count += 1;
process.stdout.write(`${count}\n`);
setInterval(() => {}, 60_000);
