import { fits, type Limit, limitOf, sameLimit } from '../tasks/limit.ts';
import type { QueueStrategies } from './contracts.ts';
import type { Entry } from './entry.ts';
import { Heap, type HeapItem } from './heap.ts';

/** Ready tasks of like estimates. It is there as long as it holds one. */
export interface Shape<T> extends HeapItem {
  readonly heap: Heap<Entry<T>>;
  /** All of them have this estimate, so that one test is good for all; undefined: each is tested. */
  readonly estimate: Limit | undefined;
  /** None of them takes less memory. */
  readonly leastMemory: bigint;
  /** Its key among those of its kind. */
  readonly key: number;
}

/**
 * Different estimates that have a heap of their own. A provider's tasks have a few dozen: three bands, and the usual
 * sizes of pieces. Those above share a heap for each power of two of memory, 64 at most.
 */
const MAX_EXACT_SHAPES = 64;

const NOTHING = limitOf({});
/** Less memory than anything estimates. */
const NO_LEAST = -(2n ** 63n);

/**
 * Ready tasks in their order, of which the first that fits an offer is wanted. Tasks of the same estimate share a heap,
 * so that a limit is tested once per estimate, not once per task.
 */
export class ReadyTasks<T> {
  #strategies: QueueStrategies<T> = {};
  /** By the first task of each, so that the best one is mostly the first that is looked at. */
  readonly #shapes = new Heap<Shape<T>>((a, b) => before(a.heap.peek()!, b.heap.peek()!));
  /** Shapes of one estimate by its memory, because a number is quickly looked up; the rest is compared. */
  readonly #exact = new Map<number, Shape<T>[]>();
  #exactCount = 0;
  /** Shapes of many estimates by the bits of their memory. */
  readonly #coarse = new Map<number, Shape<T>>();

  setStrategies(strategies: QueueStrategies<T>): void {
    this.#strategies = strategies;
  }

  /** `rank` and `sequence` of an entry must not change while it is here. */
  add(entry: Entry<T>): void {
    const shape = this.#shapeOf(entry.task.estimate ?? NOTHING);
    entry.shape = shape;
    shape.heap.push(entry);
    if (shape.heapAt < 0) this.#shapes.push(shape);
    else if (shape.heap.peek() === entry) this.#shapes.update(shape);
  }

  remove(entry: Entry<T>): void {
    const shape = entry.shape!;
    entry.shape = undefined;
    const isLast = shape.heap.size === 1;
    if (isLast) this.#forget(shape);
    const isFirst = shape.heap.peek() === entry;
    shape.heap.remove(entry);
    if (isFirst && !isLast) this.#shapes.update(shape);
  }

  /** The first that fits and that the strategies let pass; it stays. */
  first(offer?: Limit): Entry<T> | undefined {
    let best: Entry<T> | undefined;
    this.#shapes.find((shape) => {
      const head = shape.heap.peek()!;
      if (best && before(best, head)) return true;
      const found = this.#firstOf(shape, offer);
      if (found && (!best || before(found, best))) best = found;
      return best === head;
    });
    return best;
  }

  #firstOf(shape: Shape<T>, offer: Limit | undefined): Entry<T> | undefined {
    const { filter, limit } = this.#strategies;
    if (offer && limit) {
      return shape.heap.find((entry) => limit(offer, entry.task) && (!filter || filter(entry)));
    }
    if (offer && !shape.estimate) {
      if (offer.memory < shape.leastMemory) return undefined;
      return shape.heap.find((entry) => fits(offer, entry.task.estimate ?? NOTHING) && (!filter || filter(entry)));
    }
    if (offer && !fits(offer, shape.estimate!)) return undefined;
    return filter ? shape.heap.find(filter) : shape.heap.peek();
  }

  #shapeOf(estimate: Limit): Shape<T> {
    const memory = Number(estimate.memory);
    const alike = this.#exact.get(memory);
    const known = alike?.find((shape) => sameLimit(shape.estimate!, estimate));
    if (known) return known;
    if (this.#exactCount >= MAX_EXACT_SHAPES) return this.#coarseShapeOf(estimate.memory);
    const shape = this.#newShape(memory, estimate, estimate.memory);
    if (alike) alike.push(shape);
    else this.#exact.set(memory, [shape]);
    this.#exactCount += 1;
    return shape;
  }

  #coarseShapeOf(memory: bigint): Shape<T> {
    const bits = memory > 0n ? memory.toString(2).length : 0;
    const known = this.#coarse.get(bits);
    if (known) return known;
    // What estimates nothing, or less by a mistake, is tested one by one.
    const shape = this.#newShape(bits, undefined, bits === 0 ? NO_LEAST : 1n << BigInt(bits - 1));
    this.#coarse.set(bits, shape);
    return shape;
  }

  #newShape(key: number, estimate: Limit | undefined, leastMemory: bigint): Shape<T> {
    return { key, estimate, leastMemory, heap: new Heap<Entry<T>>(before), heapAt: -1 };
  }

  #forget(shape: Shape<T>): void {
    this.#shapes.remove(shape);
    if (!shape.estimate) {
      this.#coarse.delete(shape.key);
      return;
    }
    this.#exactCount -= 1;
    const alike = this.#exact.get(shape.key)!;
    if (alike.length === 1) this.#exact.delete(shape.key);
    else alike.splice(alike.indexOf(shape), 1);
  }
}

/** The order of ready tasks. */
function before<T>(a: Entry<T>, b: Entry<T>): boolean {
  return a.rank < b.rank || (a.rank === b.rank && a.sequence < b.sequence);
}
