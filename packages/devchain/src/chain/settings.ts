/** What a chain keeps besides its state: switches of its operator, which no block and no hash knows of. */

/** Where settings are kept: each is a JSON value under a name, on disk as soon as it is saved. */
export interface SettingsStore {
  setting(name: string): unknown;
  saveSetting(name: string, value: unknown): void;
}

/** One of them. */
export class Setting<T> {
  readonly name: string;
  private readonly store: SettingsStore;
  private readonly initial: T;
  private current: T;

  constructor(store: SettingsStore, name: string, initial: T) {
    this.store = store;
    this.name = name;
    this.initial = initial;
    this.current = this.kept();
  }

  get value(): T {
    return this.current;
  }

  save(value: T): void {
    this.store.saveSetting(this.name, value);
    this.current = value;
  }

  /** Takes it from the store again, after others have written there. */
  reload(): void {
    this.current = this.kept();
  }

  private kept(): T {
    return (this.store.setting(this.name) as T | undefined) ?? this.initial;
  }
}
