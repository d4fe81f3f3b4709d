// Looks for an order of a recorded history in which every operation takes effect at one moment between its call and its answer
// (Wing and Gong's search, with Lowe's memory of what was tried).

export interface Operation<O> {
  /** Moments of one clock, all different. */
  readonly call: number;
  /** Undefined: no answer came, so it took effect at any time after the call, or never. */
  readonly end: number | undefined;
  readonly op: O;
}

export interface Model<S, O> {
  readonly initial: S;
  /** The state after the operation; undefined when its answer cannot be had from this state. */
  readonly step: (state: S, op: O) => { readonly state: S } | undefined;
  /** The same for equal states. */
  readonly nameOf: (state: S) => string;
}

export interface Violation<S, O> {
  /** The state that the longest order found leads to, and the operations of which none can come next. */
  readonly state: S;
  readonly next: readonly O[];
}

interface Node<S> {
  /** Of those with an answer: all before this place are ordered. */
  readonly from: number;
  /** Places after `from` that are ordered, ascending. */
  readonly beyond: readonly number[];
  /** Of those without an answer: places that are ordered, ascending. */
  readonly unanswered: readonly number[];
  readonly state: S;
}

/** Undefined when there is such an order. */
export function findViolation<S, O>(history: readonly Operation<O>[], model: Model<S, O>): Violation<S, O> | undefined {
  const byCall = history.toSorted((a, b) => a.call - b.call);
  const answered = byCall.filter(({ end }) => end !== undefined);
  const unanswered = byCall.filter(({ end }) => end === undefined);
  const stack: Node<S>[] = [{ from: 0, beyond: [], unanswered: [], state: model.initial }];
  const tried = new Set<string>();
  let longest: Violation<S, O> & { readonly length: number } = { state: model.initial, next: [], length: -1 };
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.from === answered.length) return undefined;
    const name = [node.from, node.beyond.join(), node.unanswered.join(), model.nameOf(node.state)].join(';');
    if (tried.has(name)) continue;
    tried.add(name);
    const { places, before } = candidates(answered, node);
    const length = node.from + node.beyond.length;
    if (length > longest.length) {
      longest = { state: node.state, next: places.map(place => operationAt(answered, place).op), length };
    }
    // The last that is pushed is tried first: answered ones, the earliest call first.
    for (const [place, { call, op }] of unanswered.entries()) {
      if (call > before || node.unanswered.includes(place)) continue;
      const after = model.step(node.state, op);
      if (after) stack.push({ ...node, state: after.state, unanswered: ascending([...node.unanswered, place]) });
    }
    for (const place of places.toReversed()) {
      const after = model.step(node.state, operationAt(answered, place).op);
      if (after) stack.push({ ...node, ...withPlace(node, place), state: after.state });
    }
  }
  return { state: longest.state, next: longest.next };
}

/** The operations that may come next: those called before any other that is left has ended. */
function candidates<S, O>(answered: readonly Operation<O>[], { from, beyond }: Node<S>): { places: number[]; before: number } {
  const places: number[] = [];
  let before = Infinity;
  for (let place = from; place < answered.length; place += 1) {
    const { call, end = Infinity } = operationAt(answered, place);
    if (call > before) break;
    if (beyond.includes(place)) continue;
    before = Math.min(before, end);
    places.push(place);
  }
  return { places: places.filter(place => operationAt(answered, place).call < before), before };
}

function withPlace<S>({ from, beyond }: Node<S>, place: number): Pick<Node<S>, 'from' | 'beyond'> {
  const ordered = new Set([...beyond, place]);
  let first = from;
  while (ordered.delete(first)) first += 1;
  return { from: first, beyond: ascending([...ordered]) };
}

const ascending = (places: number[]): number[] => places.sort((a, b) => a - b);

function operationAt<O>(operations: readonly Operation<O>[], place: number): Operation<O> {
  const found = operations[place];
  if (!found) throw new Error(`no operation ${place}`);
  return found;
}
