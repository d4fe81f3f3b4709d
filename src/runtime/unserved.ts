// Interfaces that some Spin version gives to its guests and tspin does not serve yet (spin-behaviour 3.1). A guest may import
// them, as every guest does whose SDK imports its whole world, and is ended when it calls one.
import { interfaceKey, parseInterfaceName } from '../wit/name.ts';

/** `timezone` is unstable: a stable guest does not import it, and Spin does not link it. `handler` is what middleware imports. */
const wasi3 = ['clocks/timezone', 'http/handler'];

const names: readonly string[] = ['0.3.0', '0.3.0-rc-2026-03-15'].flatMap(version =>
  wasi3.map(name => `wasi:${name}@${version}`),
);

/** Their keys (`wasi:sockets/tcp@0.2`): compatible versions share one. */
export function unservedKeys(): ReadonlySet<string> {
  return new Set(
    names.map(written => {
      const { name, version } = parseInterfaceName(written);
      return interfaceKey(name, version);
    }),
  );
}
