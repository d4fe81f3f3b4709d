// What jco says of a component that it does not take. Apart from jco.ts, which loads jco.

/** jco will not take the component or module; the message is jco's own. */
export class JcoRefusal extends Error {}
