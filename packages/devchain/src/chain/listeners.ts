/** Callbacks that hear of something, in the order in which they were added. */
export class Listeners<T> {
  private readonly callbacks = new Set<(value: T) => void>();

  /** Returns what ends it. */
  add(callback: (value: T) => void): () => void {
    this.callbacks.add(callback);
    return () => this.callbacks.delete(callback);
  }

  emit(value: T): void {
    for (const callback of [...this.callbacks]) callback(value);
  }
}
