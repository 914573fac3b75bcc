/**
 * Makes a Node program resolve `localhost` and every name below it to this machine, as RFC 6761 §6.3 asks and browsers
 * do, where the system's resolver does not. Clients that put the bucket into the host name then work on loopback:
 *
 *   node --import <project>/packages/devnet/localhost.mjs your-program.js
 */
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';

const isLocal = (name) => typeof name === 'string' && /(^|\.)localhost\.?$/i.test(name);
const address = { address: '127.0.0.1', family: 4 };

const { lookup } = dns;
dns.lookup = (name, options, callback) => {
  if (!isLocal(name)) return lookup.call(dns, name, options, callback);
  const done = callback ?? options;
  const all = typeof options === 'object' && options?.all === true;
  process.nextTick(() => (all ? done(null, [address]) : done(null, address.address, address.family)));
};

const promiseLookup = dns.promises.lookup;
dns.promises.lookup = async (name, options) => {
  if (!isLocal(name)) return promiseLookup.call(dns.promises, name, options);
  return typeof options === 'object' && options?.all === true ? [address] : address;
};

syncBuiltinESMExports();
