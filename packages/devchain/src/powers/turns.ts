/** One after the other: a power that takes long is not met by another one half way. */
import { rpcErrors } from '../rpc/protocol.ts';

/** Calls that wait. */
const MAX_WAITING = 64;

export class Turns {
  private tail: Promise<unknown> = Promise.resolve();
  private waiting = 0;
  private closed = false;

  /** @throws RpcError -32603 when too many wait already, or the chain is being closed */
  take<T>(work: () => T | Promise<T>): Promise<T> {
    if (this.waiting >= MAX_WAITING) {
      throw rpcErrors.internal(`${MAX_WAITING} developer calls wait already: try again when one has ended`);
    }
    this.waiting++;
    const turn = this.tail.then(() => {
      this.check();
      return work();
    });
    this.tail = turn.then(
      () => this.waiting--,
      () => this.waiting--,
    );
    return turn;
  }

  /** Whoever works for long asks this now and then. @throws RpcError -32603 when the chain is being closed */
  check(): void {
    if (this.closed) throw rpcErrors.internal('the chain is being closed');
  }

  /** Resolves when nobody works any more. */
  async close(): Promise<void> {
    this.closed = true;
    await this.tail;
  }
}
