// Rewrites the body of one function: marks before stores, memory sizes as the guest believes them, checks that it gives way.
import { NotUnderstood } from '../component/not-understood.ts';
import type { CodeOutput } from './code-output.ts';
import type { Cursor } from './cursor.ts';
import { effectOf, effects } from './effects.ts';
import type { AddedIndices } from './layout.ts';
import { marksBytes } from './layout.ts';
import { AddressTracker } from './marks.ts';
import { atomicStore, changesObject, isSimdStore, prefixes, storedTypes, valueTypes } from './opcodes.ts';
import { Writer } from './writer.ts';

/** What the instrumentation found that an instance cannot be put back from. */
export type Unfit = (reason: string) => void;

export interface FunctionBodyOptions {
  readonly output: CodeOutput;
  readonly unfit: Unfit;
  readonly importedFunctions: number;
}

export interface OldBody {
  /** Where it ends. */
  readonly end: number;
  readonly parameters: number;
  /** Of the function. */
  readonly index: number;
}

/** Bytes of code that may run from one check to the next where there is no loop and no recursion: V8 runs some thousand in a microsecond. */
const uncheckedBytesMax = 65_536;

/** What V8 allows (wasm-limits.h: kV8MaxWasmFunctionLocals, kV8MaxWasmFunctionSize). */
const localsMax = 50_000;
const bodyBytesMax = 7_654_321;

/** Types of values that may be added locals: so many, `valueTypes.i32` is the last. */
const typesMax = 8;
/** Values of one store, and its address. */
const placesMax = 3;

export class FunctionBody {
  readonly #added: AddedIndices;
  readonly #output: CodeOutput;
  readonly #unfit: Unfit;
  readonly #tracker = new AddressTracker();
  /** The added locals by place and type, as numbers above zero; zero where there is none yet. */
  readonly #places = new Uint16Array(typesMax * placesMax);
  readonly #head = new Writer();
  readonly #code = new Writer();
  /** What marks the page whose number is on the stack. */
  readonly #marking: Uint8Array;
  #cursor!: Cursor;
  /** What is copied next begins here. */
  #from = 0;
  #firstLocal = 0;
  /** Of the function. */
  #index = 0;
  /** Where the old body's groups of locals are, and then its code. */
  #groups = 0;
  #groupsStart = 0;
  #codeStart = 0;
  /** Types of the locals that are added, in order. */
  #locals: number[] = [];
  /** Where branches are that are hardly ever taken, in the code. */
  #unlikely: number[] = [];
  /** It may lead back to itself, for all that is known by now, or is long: it checks whenever it is called. */
  #isChecked = false;
  readonly #importedFunctions: number;
  /** By function, imported ones left out: bytes of code that one call runs until a check, at most. */
  readonly #uncheckedBytes: number[] = [];
  /** The same of what this function calls. */
  #calledBytes = 0;

  constructor(added: AddedIndices, { output, unfit, importedFunctions }: FunctionBodyOptions) {
    this.#importedFunctions = importedFunctions;
    this.#added = added;
    this.#output = output;
    this.#unfit = unfit;
    // marks[... >> 12] = 1
    this.#marking = new Writer()
      .put(0x41, 12, 0x76, 0x41, 1, 0x3a, 0x40)
      .u32(added.marksMemory ?? 0)
      .put(0).bytes;
  }

  /** `cursor` is at the body, behind its size. Writes the new body, with its size before it. */
  rewrite(cursor: Cursor, { end, parameters, index }: OldBody): void {
    this.#locals = [];
    this.#readLocals(cursor, parameters);
    this.#cursor = cursor;
    this.#from = cursor.at;
    this.#code.clear();
    this.#unlikely = [];
    this.#isChecked = false;
    this.#calledBytes = 0;
    this.#index = index;
    this.#places.fill(0);
    this.#tracker.begin(this.#firstLocal);
    const place = this.#output.places;
    this.#shift(this.#codeStart);
    while (cursor.at < end) this.#instruction(cursor);
    if (cursor.at > end) throw new NotUnderstood('a function of a core module ends too early');
    this.#checkLocals();
    this.#copyTo(end);
    const bytes = end - this.#codeStart + this.#calledBytes;
    if (bytes > uncheckedBytesMax) this.#isChecked = true;
    // What runs after the last check counts for whoever calls it next, too.
    this.#uncheckedBytes.push(Math.min(bytes, uncheckedBytesMax));
    this.#finish(place, index);
  }

  /** `place`: the first of this function's. */
  #finish(place: number, index: number): void {
    const unlikely = this.#unlikely;
    this.#unlikely = [];
    this.#writeHead();
    const head = this.#head.length;
    const length = head + this.#code.length;
    if (length > bodyBytesMax) throw new NotUnderstood('a function of a core module is too large');
    const output = this.#output;
    output.code.u32(length);
    output.moveFrom(place, output.code.length + head);
    output.code.append(this.#head).append(this.#code);
    for (let at = 0; at < unlikely.length; at += 1) unlikely[at]! += head;
    if (this.#unlikely.length > 0) unlikely.unshift(...this.#unlikely);
    output.hints.add(index, unlikely);
  }

  #readLocals(cursor: Cursor, parameters: number): void {
    this.#firstLocal = parameters;
    this.#groups = cursor.u32();
    this.#groupsStart = cursor.at;
    for (let count = this.#groups; count > 0; count -= 1) {
      this.#firstLocal += cursor.u32();
      cursor.valueType();
    }
    this.#codeStart = cursor.at;
    this.#checkLocals();
  }

  #checkLocals(): void {
    if (this.#firstLocal + this.#locals.length > localsMax)
      throw new NotUnderstood('a function of a core module has too many locals');
  }

  #writeHead(): void {
    const head = this.#head;
    head.clear();
    head.u32(this.#groups + this.#locals.length).copy(this.#cursor.bytes, this.#groupsStart, this.#codeStart);
    for (const type of this.#locals) head.byte(1).byte(type);
    if (this.#isChecked) this.#check(head);
  }

  #instruction(cursor: Cursor): void {
    const tracker = this.#tracker;
    const at = cursor.at;
    const opcode = cursor.byte();
    switch (effectOf[opcode]) {
      case effects.get:
        return tracker.get(cursor.u32());
      case effects.set:
        return tracker.set(cursor.u32(), false);
      case effects.tee:
        return tracker.set(cursor.u32(), true);
      case effects.constant:
        return tracker.constant(cursor.s32());
      case effects.constant64:
      case effects.globalGet:
        cursor.skipInteger();
        return tracker.replace(0, 1);
      case effects.add:
        return tracker.add();
      case effects.unary:
        return tracker.replace(1, 1);
      case effects.binary:
        return tracker.replace(2, 1);
      case effects.load:
        cursor.memoryArgument();
        return tracker.replace(1, 1);
      case effects.store:
        return this.#simpleStore(at, storedTypes[opcode]!, cursor.memoryArgument());
      case effects.block:
        cursor.skipImmediates('block-type');
        return tracker.forgetStack();
      case effects.branch:
        cursor.skipInteger();
        return tracker.forgetStack();
      case effects.label:
        cursor.skipInteger();
        return tracker.forget();
      case effects.forget:
        return tracker.forget();
      case effects.call:
        this.#calls(cursor.u32(), at);
        return tracker.forgetStack();
      case effects.callIndirect:
        cursor.skipInteger();
        cursor.skipInteger();
        this.#isChecked = true;
        return tracker.forgetStack();
      case effects.loop:
        cursor.skipImmediates('block-type');
        tracker.forget();
        return this.#insertAfter(code => this.#check(code));
      case effects.globalSet:
        cursor.skipInteger();
        return tracker.replace(1, 0);
      case effects.drop:
        return tracker.replace(1, 0);
      case effects.select:
        return tracker.replace(3, 1);
      case effects.nothing:
        return;
      default:
        return this.#rare(opcode, at);
    }
  }

  /**
   * Whatever calls itself by way of others calls, somewhere on that way, itself or a function behind it, one by reference, or one of
   * another module: those that do so check. What is left cannot go round, but a few dozen functions that each call the next twice
   * would run for hours: so what they run is added up, and where that is too much there is a check in between.
   */
  #calls(index: number, at: number): void {
    const place = index - this.#importedFunctions;
    if (place < 0 || index >= this.#index) {
      this.#isChecked = true;
      return;
    }
    const bytes = this.#uncheckedBytes[place] ?? 0;
    if (this.#calledBytes + bytes > uncheckedBytesMax) {
      this.#insertBefore(at, code => this.#check(code));
      this.#calledBytes = 0;
    }
    this.#calledBytes += bytes;
  }

  #rare(opcode: number, at: number): void {
    const tracker = this.#tracker;
    const cursor = this.#cursor;
    const { immediates, second } = cursor.immediatesOf(opcode);
    const operand = cursor.at;
    cursor.skipImmediates(immediates);
    switch (opcode) {
      case 0x3f:
        tracker.replace(0, 1);
        return this.#replaceInstruction(at, code => this.#memorySize(code));
      case 0x40:
        tracker.replace(1, 1);
        return this.#replaceInstruction(at, code => code.put(0x10).u32(this.#added.grow));
      case 0x43:
      case 0x44:
        return tracker.replace(0, 1);
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
    if (opcode >= 0x12 && opcode <= 0x15) {
      // Tail calls and calls through references.
      this.#isChecked = true;
      return this.#tracker.forgetStack();
    }
    // What is left of control flow may come from elsewhere.
    if (opcode < 0x1c || opcode === 0x1f) this.#tracker.forget();
    else this.#tracker.forgetStack();
    if (opcode === 0x26) this.#unfit('it changes a table');
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

  /** The same for one value, which nearly all stores have. */
  #simpleStore(at: number, type: number, offset: number): void {
    if (this.#tracker.store(1, offset)) return;
    this.#copyTo(at);
    const code = this.#code;
    const address = this.#local(valueTypes.i32, 0);
    const kept = this.#local(type, 1);
    code.byte(0x21).u32(kept);
    this.#markAddress(address, offset);
    code.byte(0x20).u32(address).byte(0x20).u32(kept);
    this.#shift(at);
  }

  /** marks[(address + offset) >> 12] = 1, the stack left as it was. */
  #mark(code: Writer, offset: number, values: readonly number[]): void {
    const address = this.#local(valueTypes.i32, 0);
    const kept = values.map((type, place) => this.#local(type, place + 1));
    for (const local of kept.toReversed()) code.byte(0x21).u32(local);
    this.#markAddress(address, offset);
    code.byte(0x20).u32(address);
    for (const local of kept) code.byte(0x20).u32(local);
  }

  #markAddress(address: number, offset: number): void {
    const code = this.#code;
    code.byte(0x22).u32(address);
    if (offset !== 0)
      code
        .byte(0x41)
        .s32(offset | 0)
        .byte(0x6a);
    code.copy(this.#marking);
  }

  #memorySize(code: Writer): Writer {
    return code
      .put(0x41, 0, 0x28, 0x42)
      .u32(this.#added.marksMemory ?? 0)
      .u32(marksBytes);
  }

  /** if (epoch.tick) tick() */
  #check(code: Writer): void {
    code.put(0x41, 0, 0x28, 0x42).u32(this.#added.epochMemory).byte(0);
    this.#unlikely.push(code.length);
    code.put(0x04, 0x40, 0x10).u32(this.#added.tick).byte(0x0b);
  }

  /** A local of its own for each place, by type: the address is in place 0. */
  #local(type: number, place: number): number {
    const key = place * typesMax + (valueTypes.i32 - type);
    const known = this.#places[key]!;
    if (known !== 0) return this.#firstLocal + known - 1;
    const number = this.#locals.push(type);
    this.#places[key] = number;
    return this.#firstLocal + number - 1;
  }

  #insertBefore(at: number, write: (code: Writer) => unknown): void {
    this.#copyTo(at);
    write(this.#code);
    this.#shift(at);
  }

  #insertAfter(write: (code: Writer) => unknown): void {
    this.#insertBefore(this.#cursor.at, write);
  }

  #replaceInstruction(at: number, write: (code: Writer) => unknown): void {
    this.#copyTo(at);
    write(this.#code);
    this.#from = this.#cursor.at;
    this.#shift(this.#cursor.at);
  }

  #copyTo(at: number): void {
    this.#code.copy(this.#cursor.bytes, this.#from, at);
    this.#from = at;
  }

  /** What comes next in the new code was at `before`. */
  #shift(before: number): void {
    this.#output.place(this.#code.length, before);
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
