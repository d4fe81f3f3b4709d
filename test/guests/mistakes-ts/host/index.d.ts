export class Store {
  static open(label: string): Store;
  get(key: string): Uint8Array<ArrayBuffer> | undefined;
}
export function variable(name: string): string;
