// W3C's trace context: what a component asks for while it answers a request belongs to the trace of that request (spin-behaviour 7).
import type { Entry } from '../wasi-http/fields.ts';

const parentName = 'traceparent';
const stateName = 'tracestate';

/**
 * The headers of an outbound request, with the trace context of the request that caused it. tspin has no spans of its own, so the
 * context is passed on as it came; a guest that sets one has spans, and keeps its own.
 */
export function traced(headers: readonly Entry[], received: readonly Entry[]): readonly Entry[] {
  const parents = received.filter(([name]) => name === parentName);
  const [parent] = parents;
  if (!parent || parents.length > 1 || !isTraceParent(Buffer.from(parent[1]).toString('latin1'))) return headers;
  if (headers.some(([name]) => [parentName, stateName].includes(name.toLowerCase()))) return headers;
  return [...headers, parent, ...received.filter(([name]) => name === stateName)];
}

/** `00-<trace>-<span>-<flags>`, of which neither trace nor span is all zeros; a later version may have more behind it. */
function isTraceParent(text: string): boolean {
  const [, version, trace = '', span = '', more] = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}(-.*)?$/.exec(text) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return false;
  return /[^0]/.test(trace) && /[^0]/.test(span);
}
