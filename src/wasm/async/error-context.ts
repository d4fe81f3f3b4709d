// What a guest keeps of an error for others to read (CanonicalABI.md, ErrorContext).

export class ErrorContext {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}
