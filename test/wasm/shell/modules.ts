// Core modules that differ in what decides about their component, or in what does not.
import { counterText, moduleWithWit, withCustomSection } from '../fixtures.ts';

export interface Counting {
  /** What the code adds. */
  readonly by?: number;
  /** Imports, as text. */
  readonly imports?: string;
  /** Functions and the like, as text, before those that it exports. */
  readonly more?: string;
  readonly pages?: number;
}

/** The counter, with a component-type section. */
export const counting = ({ by = 1, imports = '', more = '', pages = 1 }: Counting = {}): Promise<Uint8Array> =>
  moduleWithWit({
    ...counterText,
    wat: counterText.wat
      .replace('(i32.add (global.get $calls) (i32.const 1))', `(i32.add (global.get $calls) (i32.const ${by}))`)
      .replace('(memory (export "memory") 1)', `${imports}(memory (export "memory") ${pages})`)
      .replace('(func $count', `${more}(func $count`),
  });

/** The same import again, as Go's linker leaves it. */
export const waitAgain = '(import "tspin:test/clock@1.2.0" "wait" (func (param i32) (result i32)))';

/** With the module's name in a name section. */
export const named = (module: Uint8Array, name: string): Uint8Array =>
  withCustomSection(module, 'name', Uint8Array.of(0, name.length + 1, name.length, ...Buffer.from(name)));
