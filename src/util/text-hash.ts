// A name for a text where nothing depends on it being hard to forge: Node's module for real digests takes 7 ms to load.

/** 16 hex digits: like FNV-1a, by words rather than bytes, in two halves that start and mix otherwise. Other on other machines. */
export function textHash(text: string): string {
  const bytes = Buffer.from(text);
  const words = new Int32Array(Math.ceil(bytes.length / 4));
  new Uint8Array(words.buffer).set(bytes);
  let low = 0x811c9dc5 ^ bytes.length;
  let high = 0x9747b28c;
  // By index: at a start this runs cold, and an iterator takes five times as long then.
  for (let place = 0; place < words.length; place += 1) {
    const word = words[place]!;
    low = Math.imul(low ^ word ^ (low >>> 15), 0x01000193);
    high = Math.imul(high ^ word ^ (low >>> 13), 0x85ebca6b);
  }
  return [low, high].map(word => (word >>> 0).toString(16).padStart(8, '0')).join('');
}
