/** Whose request it is: the address of the connection, or what a proxy that is trusted says. */
import { BlockList, isIP } from 'node:net';

/** Where the proxies of a deployment are: the machine itself, and private networks. */
export const PRIVATE_NETWORKS: readonly string[] = [
  '127.0.0.0/8',
  '::1/128',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  'fc00::/7',
];

export class ClientAddresses {
  readonly #proxies = new BlockList();

  /** `proxies` are addresses and networks, `10.0.0.0/8`. @throws Error for what is neither */
  constructor(proxies: readonly string[]) {
    for (const proxy of proxies) {
      const [address = '', bits] = proxy.split('/');
      const version = isIP(address);
      if (version === 0) throw new Error(`${proxy}: an address or a network such as 10.0.0.0/8 is expected`);
      this.#proxies.addSubnet(address, bits === undefined ? (version === 4 ? 32 : 128) : Number(bits), kindOf(version));
    }
  }

  /**
   * The nearest address that is no trusted proxy: what a client itself writes into X-Forwarded-For stands further from
   * us, and is not believed.
   */
  of(remote: string, forwardedFor: string): string {
    const hops = [...forwardedFor.split(',').map((hop) => plain(hop.trim())), plain(remote)];
    for (let at = hops.length - 1; at > 0; at--) {
      if (!this.#isProxy(hops[at]!) || isIP(hops[at - 1]!) === 0) return hops[at]!;
    }
    return hops[0]!;
  }

  #isProxy(address: string): boolean {
    const version = isIP(address);
    return version !== 0 && this.#proxies.check(address, kindOf(version));
  }
}

const kindOf = (version: number) => (version === 4 ? 'ipv4' : 'ipv6');

/** An IPv4 client of a socket for both is `::ffff:1.2.3.4`. */
const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, '');
