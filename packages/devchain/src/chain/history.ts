/** States after older blocks: the committed values, with what later blocks have replaced laid over them. */
import { BoundedCache } from '@prairie/chain';
import type { ChainError } from '../context.ts';
import { sdkErrors } from '../sdk-errors.ts';
import { type ChainState, Layer } from '../state/index.ts';
import type { ChainStore } from './chain-store.ts';

/** Older states kept ready: who asks for one asks several questions of it. */
const KEPT_VIEWS = 4;

/** In the words of a node that has pruned the state. */
export const prunedState = (height: number, latest: number): ChainError =>
  sdkErrors.invalidRequest(
    `failed to load state at height ${height}; version does not exist (latest height: ${latest})`,
  );

interface View {
  layer: Layer;
  /** The block up to which the layer covers what was replaced. */
  tip: number;
}

export class History {
  private readonly views = new BoundedCache<number, View>(KEPT_VIEWS);
  private readonly state: ChainState;
  private readonly store: ChainStore;

  constructor(state: ChainState, store: ChainStore) {
    this.state = state;
    this.store = store;
  }

  /**
   * Runs `work` on the state after the block at `height`. It costs as much as later blocks have changed, the first time.
   * @throws ChainError sdk/18 when that state is not kept any more
   */
  at<T>(height: number, work: () => T): T {
    if (height < this.store.oldestState) {
      throw prunedState(height, this.store.height);
    }
    const view = this.views.getOrMake(height, () => ({ layer: new Layer(), tip: height }));
    if (view.tip < this.store.height) {
      this.state.cover(view.layer, this.store.replacedSince(view.tip));
      view.tip = this.store.height;
    }
    return this.state.inLayer(view.layer, work);
  }

  /** After blocks were taken back. */
  forget(): void {
    this.views.clear();
  }
}
