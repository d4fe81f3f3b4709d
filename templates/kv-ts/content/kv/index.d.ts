/** A key-value store. Every method throws when the store fails; the error's `payload.tag` says how. */
export class Store {
  /** Opens a store that the manifest allows, e.g. `default`. */
  static open(label: string): Store;
  get(key: string): Uint8Array<ArrayBuffer> | undefined;
  set(key: string, value: Uint8Array): void;
  delete(key: string): void;
  exists(key: string): boolean;
  getKeys(): string[];
}
