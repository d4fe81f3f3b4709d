// Rewrites the body of one function: marks before stores, memory sizes as the guest believes them, checks that it gives way.
import { NotUnderstood } from '../component/not-understood.ts';
import type { Cursor } from './cursor.ts';
import type { AddedIndices } from './layout.ts';
import { marksBytes } from './layout.ts';
import { AddressTracker } from './marks.ts';
import { atomicStore, changesObject, isSimdStore, prefixes, stores, valueTypes } from './opcodes.ts';
import { Writer } from './writer.ts';

/** What the instrumentation found that an instance cannot be put back from. */
export type Unfit = (reason: string) => void;

export interface RewrittenBody {
  readonly bytes: Uint8Array;
  /** Offsets, in `bytes`, of branches that are hardly ever taken, in order. */
  readonly unlikely: readonly number[];
}

/** Told where code was added: positions in the new body and in the old one. */
export type Shifted = (after: number, before: number) => void;

/** What V8 allows (wasm-limits.h: kV8MaxWasmFunctionLocals, kV8MaxWasmFunctionSize). */
const localsMax = 50_000;
const bodyBytesMax = 7_654_321;

export class FunctionBody {
  readonly #added: AddedIndices;
  readonly #unfit: Unfit;
  readonly #tracker = new AddressTracker();
  /** The added locals, by type and place. */
  readonly #places = new Map<string, number>();
  readonly #code = new Writer();
  #cursor!: Cursor;
  /** What is copied next begins here. */
  #from = 0;
  #firstLocal = 0;
  #codeStart = 0;
  /** Types of the locals that are added, in order. */
  #locals: number[] = [];
  #shifted: Shifted = () => {};
  /** Where branches are that are hardly ever taken, in the code. */
  #unlikely: number[] = [];

  constructor(added: AddedIndices, unfit: Unfit) {
    this.#added = added;
    this.#unfit = unfit;
  }

  /** `cursor` is at the body, behind its size, which ends at `end`. Gives the new body. */
  rewrite(cursor: Cursor, end: number, parameters: number, shifted: Shifted): RewrittenBody {
    const start = cursor.at;
    const locals = this.#readLocals(cursor, parameters);
    this.#cursor = cursor;
    this.#from = cursor.at;
    this.#code.clear();
    this.#locals = [];
    this.#unlikely = [];
    this.#places.clear();
    this.#tracker.forget();
    const places: [number, number][] = [];
    this.#shifted = (after, before) => places.push([after, before]);
    const hasCalls = this.#walk(end);
    if (this.#firstLocal + this.#locals.length > localsMax)
      throw new NotUnderstood('a function of a core module has too many locals');
    this.#copyTo(end);
    const inCode = this.#unlikely;
    this.#unlikely = [];
    const head = this.#head(locals, hasCalls);
    const unlikely = [...this.#unlikely, ...inCode.map(at => at + head.length)];
    shifted(head.length, this.#codeStart - start);
    for (const [after, before] of places) shifted(after + head.length, before - start);
    const { bytes } = head.copy(this.#code.bytes);
    if (bytes.byteLength > bodyBytesMax) throw new NotUnderstood('a function of a core module is too large');
    return { bytes, unlikely };
  }

  #readLocals(cursor: Cursor, parameters: number): Uint8Array[] {
    const groups: Uint8Array[] = [];
    this.#firstLocal = parameters;
    for (let count = cursor.u32(); count > 0; count -= 1) {
      const from = cursor.at;
      this.#firstLocal += cursor.u32();
      cursor.valueType();
      groups.push(cursor.bytes.subarray(from, cursor.at));
    }
    this.#codeStart = cursor.at;
    return groups;
  }

  #head(groups: readonly Uint8Array[], hasCalls: boolean): Writer {
    const head = new Writer().u32(groups.length + this.#locals.length);
    for (const group of groups) head.copy(group);
    for (const type of this.#locals) head.put(1, type);
    if (hasCalls) this.#check(head);
    return head;
  }

  /** Gives whether the function calls others. */
  #walk(end: number): boolean {
    const cursor = this.#cursor;
    let hasCalls = false;
    while (cursor.at < end) {
      const at = cursor.at;
      const opcode = cursor.byte();
      const { immediates, second } = cursor.immediatesOf(opcode);
      const operand = cursor.at;
      cursor.skipImmediates(immediates);
      if (cursor.at > end) throw new NotUnderstood('a function of a core module ends too early');
      if (opcode >= 0x10 && opcode <= 0x15) hasCalls = true;
      this.#instruction(opcode, second, at, operand);
    }
    return hasCalls;
  }

  #instruction(opcode: number, second: number, at: number, operand: number): void {
    const tracker = this.#tracker;
    if (stores.has(opcode)) return this.#store(at, operand, [stores.get(opcode) ?? 0]);
    if (opcode >= 0x28 && opcode <= 0x35) return tracker.replace(1, 1);
    if (opcode >= 0x45 && opcode <= 0xc4) return this.#numeric(opcode);
    switch (opcode) {
      case 0x20:
        return tracker.get(this.#index(operand));
      case 0x21:
      case 0x22:
        return tracker.set(this.#index(operand), opcode === 0x22);
      case 0x23:
        return tracker.replace(0, 1);
      case 0x24:
      case 0x1a:
        return tracker.replace(1, 0);
      case 0x1b:
        return tracker.replace(3, 1);
      case 0x41:
        return tracker.constant(this.#constant(operand));
      case 0x42:
      case 0x43:
      case 0x44:
        return tracker.replace(0, 1);
      case 0x3f:
        tracker.replace(0, 1);
        return this.#replaceInstruction(at, code => this.#memorySize(code));
      case 0x40:
        tracker.replace(1, 1);
        return this.#replaceInstruction(at, code => code.put(0x10).u32(this.#added.grow));
      case 0x03:
        tracker.forget();
        return this.#insertAfter(code => this.#check(code));
      case prefixes.gc:
        // A global that never changes, a table or a segment may lead to an object that was there at first.
        if (changesObject(second)) this.#unfit('it changes objects of the garbage-collected heap');
        return tracker.forgetStack();
      case prefixes.misc:
        return this.#misc(second, at);
      case prefixes.simd:
        if (isSimdStore(second)) return this.#store(at, operand, [valueTypes.v128]);
        return tracker.forgetStack();
      case prefixes.atomic:
        return this.#atomic(second, at, operand);
      default:
        return this.#other(opcode);
    }
  }

  #other(opcode: number): void {
    // block, if and calls keep what is known of locals; the rest of control flow may come from elsewhere.
    const straight = opcode === 0x02 || opcode === 0x04 || opcode === 0x0d || (opcode >= 0x10 && opcode <= 0x15);
    if (opcode === 0x01) return;
    if (straight || opcode >= 0x1c) this.#tracker.forgetStack();
    else this.#tracker.forget();
    if (opcode === 0x26) this.#unfit('it changes a table');
    if (opcode === 0x1f) this.#tracker.forget();
  }

  /** Instructions 0x45 to 0xc4: comparisons, arithmetic, conversions. */
  #numeric(opcode: number): void {
    if (opcode === 0x6a) return this.#tracker.add();
    this.#tracker.replace(isUnary(opcode) ? 1 : 2, 1);
  }

  #misc(second: number, at: number): void {
    if (second <= 7) return this.#tracker.replace(1, 1);
    this.#tracker.forgetStack();
    if (second === 8 || second === 10 || second === 11)
      return this.#insertBefore(at, code => code.put(0x10).u32(this.#added.range));
    if (second === 9 || second === 13) this.#unfit('it drops a segment');
    if (second === 12 || second === 14 || second === 15 || second === 17) this.#unfit('it changes a table');
  }

  #atomic(second: number, at: number, operand: number): void {
    const values = atomicStore(second);
    if (!values) return this.#tracker.forgetStack();
    this.#store(at, operand, values);
    // Read-modify-write gives the old value.
    if (second > 0x1d) this.#tracker.replace(0, 1);
  }

  /** `values`: the types of what lies above the address. */
  #store(at: number, operand: number, values: readonly number[]): void {
    const offset = this.#at(operand, cursor => cursor.memoryArgument());
    if (this.#tracker.store(values.length, offset)) return;
    this.#insertBefore(at, code => this.#mark(code, offset, values));
  }

  /** marks[(address + offset) >> 12] = 1, the stack left as it was. */
  #mark(code: Writer, offset: number, values: readonly number[]): void {
    const address = this.#local(valueTypes.i32, 0);
    const kept = values.map((type, place) => this.#local(type, place + 1));
    for (const local of kept.toReversed()) code.put(0x21).u32(local);
    code.put(0x22).u32(address);
    if (offset !== 0)
      code
        .put(0x41)
        .s32(offset | 0)
        .put(0x6a);
    code
      .put(0x41, 12, 0x76, 0x41, 1, 0x3a, 0x40)
      .u32(this.#added.marksMemory ?? 0)
      .put(0);
    code.put(0x20).u32(address);
    for (const local of kept) code.put(0x20).u32(local);
  }

  #memorySize(code: Writer): Writer {
    return code
      .put(0x41, 0, 0x28, 0x42)
      .u32(this.#added.marksMemory ?? 0)
      .u32(marksBytes);
  }

  /** if (epoch.tick) tick() */
  #check(code: Writer): void {
    code.put(0x41, 0, 0x28, 0x42).u32(this.#added.epochMemory).put(0);
    this.#unlikely.push(code.length);
    code.put(0x04, 0x40, 0x10).u32(this.#added.tick).put(0x0b);
  }

  /** A local of its own for each place, by type: the address is in place 0. */
  #local(type: number, place: number): number {
    const known = this.#places.get(`${type} ${place}`);
    if (known !== undefined) return this.#firstLocal + known;
    const index = this.#locals.push(type) - 1;
    this.#places.set(`${type} ${place}`, index);
    return this.#firstLocal + index;
  }

  #insertBefore(at: number, write: (code: Writer) => unknown): void {
    this.#copyTo(at);
    write(this.#code);
    this.#shifted(this.#code.length, at);
  }

  #insertAfter(write: (code: Writer) => unknown): void {
    this.#insertBefore(this.#cursor.at, write);
  }

  #replaceInstruction(at: number, write: (code: Writer) => unknown): void {
    this.#copyTo(at);
    write(this.#code);
    this.#from = this.#cursor.at;
    this.#shifted(this.#code.length, this.#cursor.at);
  }

  #copyTo(at: number): void {
    this.#code.copy(this.#cursor.bytes, this.#from, at);
    this.#from = at;
  }

  #index(operand: number): number {
    return this.#at(operand, cursor => cursor.u32());
  }

  #constant(operand: number): number {
    return this.#at(operand, cursor => cursor.s32());
  }

  #at<T>(place: number, read: (cursor: Cursor) => T): T {
    const cursor = this.#cursor;
    const { at } = cursor;
    cursor.at = place;
    const value = read(cursor);
    cursor.at = at;
    return value;
  }
}

/** i32.eqz and i64.eqz; clz, ctz, popcnt; float functions of one number; conversions and sign extensions. */
const isUnary = (opcode: number): boolean =>
  opcode === 0x45 ||
  opcode === 0x50 ||
  (opcode >= 0x67 && opcode <= 0x69) ||
  (opcode >= 0x79 && opcode <= 0x7b) ||
  (opcode >= 0x8b && opcode <= 0x91) ||
  (opcode >= 0x99 && opcode <= 0x9f) ||
  opcode >= 0xa7;
