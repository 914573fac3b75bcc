import { type ChannelCredentials, Client, type ClientOptions, connectivityState } from '@grpc/grpc-js';

/** One watch is shared by all who wait, and ends by itself. */
const WATCH_MS = 5000;

/** One address of other processes, with a channel that all modules behind it share. */
export class Endpoint {
  readonly address: string;
  readonly client: Client;
  #change: Promise<void> | undefined;

  constructor(address: string, credentials: ChannelCredentials, options: ClientOptions) {
    this.address = address;
    this.client = new Client(address, credentials, options);
  }

  /** Whether a call can go out now. If not, the channel begins to connect. */
  isReady(): boolean {
    return this.client.getChannel().getConnectivityState(true) === connectivityState.READY;
  }

  /** Resolves when the state of the channel has changed since now, or after {@link WATCH_MS}. */
  whenChanged(): Promise<void> {
    this.#change ??= new Promise((resolve) => {
      const channel = this.client.getChannel();
      channel.watchConnectivityState(channel.getConnectivityState(false), Date.now() + WATCH_MS, () => {
        this.#change = undefined;
        resolve();
      });
    });
    return this.#change;
  }

  close(): void {
    this.client.close();
  }
}
