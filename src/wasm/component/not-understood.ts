// Why tspin does not bind a component itself: something in it that it does not know.

/** The message is a short reason for people: `it is composed of several components`. */
export class NotUnderstood extends Error {}
