/** A process with a database server of its own, for tests that kill it: says where the server is, and waits. */
import { DatabaseServers } from './databases.ts';

const servers = new DatabaseServers();
const wanted = servers.engines.find(({ engine }) => engine === process.argv[2]);
process.stdout.write(`${JSON.stringify(await wanted?.fresh())}\n`);
setInterval(() => {}, 60_000);
