/** An HTTP server on a port, with the limits of the node's ports. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const MAX_CONNECTIONS = 900;
const MAX_HEADER_BYTES = 1 << 20;
/** For a whole request to arrive. */
const READ_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 60_000;
/** Answers in flight get this long when the server closes. */
const CLOSE_GRACE_MS = 500;

export interface PortOptions {
  /** 0 takes any free port. */
  port: number;
  host: string;
}

export class HttpPort {
  readonly server: Server;

  constructor(listener: RequestListener) {
    const options = {
      ...{ maxHeaderSize: MAX_HEADER_BYTES, keepAliveTimeout: KEEP_ALIVE_MS },
      ...{ requestTimeout: READ_TIMEOUT_MS, headersTimeout: READ_TIMEOUT_MS },
    };
    this.server = createServer(options, listener);
    this.server.maxConnections = MAX_CONNECTIONS;
  }

  /** @throws Error when the port is taken */
  async listen({ port, host }: PortOptions): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, () => {
        this.server.off('error', reject);
        resolve();
      });
    });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Ends within a second, whatever clients do. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeIdleConnections();
    const force = setTimeout(() => this.server.closeAllConnections(), CLOSE_GRACE_MS);
    await closed;
    clearTimeout(force);
  }
}
