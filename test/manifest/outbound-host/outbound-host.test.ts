import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAllowed, isSelfAllowed } from '../../../src/manifest/outbound-host/allowed-host.ts';
import { convertAllowedHttpHost } from '../../../src/manifest/outbound-host/allowed-http-host.ts';
import { entryFor, parseDestination } from '../../../src/manifest/outbound-host/destination.ts';
import { InvalidAllowedHost, parseAllowedHost } from '../../../src/manifest/outbound-host/parse-allowed-host.ts';

const ids = new Set(['cart', 'MY-shop']);

function allows(entry: string, url: string): boolean {
  const destination = parseDestination(url, 'https');
  return destination !== undefined && isAllowed([parseAllowedHost(entry)], destination, ids);
}

const cases: readonly (readonly [entry: string, allowed: readonly string[], denied: readonly string[]])[] = [
  [
    'https://example.com',
    ['https://example.com', 'https://example.com:443', 'https://EXAMPLE.com', 'example.com'],
    [
      'http://example.com',
      'https://example.com:8443',
      'https://sub.example.com',
      'https://example.com.evil.test',
      'https://example.org',
    ],
  ],
  ['HTTP://Example.com/', ['http://example.com'], ['https://example.com']],
  ['  http://example.com  ', ['http://example.com:80'], ['http://example.com:81']],
  ['http://example.com:8080', ['http://example.com:8080'], ['http://example.com']],
  ['http://example.com:*', ['http://example.com', 'http://example.com:1'], ['http://example.org']],
  [
    'http://example.com:8000..8010',
    ['http://example.com:8000', 'http://example.com:8009'],
    ['http://example.com:8010', 'http://example.com:7999'],
  ],
  ['*://example.com:80', ['http://example.com', 'tcp://example.com:80'], ['https://example.com', 'tcp://example.com']],
  ['*://*:*', ['http://x.test', 'redis://y.test', 'http://[::1]:3', 'tcp://1.2.3.4', 'http://cart.spin.internal'], []],
  ['http://*', ['http://a.test', 'http://1.2.3.4'], ['http://a.test:81', 'https://a.test']],
  [
    'https://*.example.com',
    ['https://a.example.com', 'https://a.b.example.com'],
    ['https://example.com', 'https://badexample.com'],
  ],
  ['redis://localhost', ['redis://localhost:6379', 'redis://:p#w@localhost/0'], ['redis://localhost:6380']],
  ['postgres://db', ['postgres://u:p@db/x'], ['mysql://db']],
  ['mysql://db', ['mysql://db:3306'], []],
  ['mqtt://broker', ['mqtt://broker:1883'], []],
  ['tcp://127.0.0.1:5000', ['tcp://127.0.0.1:5000'], ['tcp://127.0.0.2:5000']],
  ['http://127.0.0.1', ['http://127.0.0.1', 'http://0x7f.1'], ['http://localhost']],
  ['http://[::1]:80', ['http://[::1]', 'http://[0:0::1]'], ['http://[::2]']],
  ['http://10.0.0.0/8', ['http://10.1.2.3'], ['http://11.0.0.1', 'http://ten.test']],
  ['http://10.9.9.9/8:*', ['http://10.1.2.3:99'], []],
  ['http://ff00::/8', ['http://[ff02::1]'], ['http://[fe80::1]', 'http://1.2.3.4']],
  ['http://[ff00::]/8:81', ['http://[ff02::1]:81'], ['http://[ff02::1]']],
  [
    'http://*.spin.internal',
    ['http://cart.spin.internal', 'http://my-shop.spin.internal'],
    ['http://other.spin.internal', 'https://cart.spin.internal', 'http://cart.spin.internal:81'],
  ],
  ['http://cart.spin.internal', ['http://cart.spin.internal'], ['https://cart.spin.internal', 'http://other.spin.internal']],
  ['http://self', [], ['http://self.alt', 'http://self']],
];

for (const [entry, allowed, denied] of cases) {
  for (const url of allowed) test(`${entry} allows ${url}`, () => assert.equal(allows(entry, url), true));
  for (const url of denied) test(`${entry} does not allow ${url}`, () => assert.equal(allows(entry, url), false));
}

const selfCases: readonly (readonly [string, boolean])[] = [
  ['http://self', true],
  ['https://self', true],
  ['http://self.alt', true],
  ['*://*:*', true],
  ['http://*', true],
  ['redis://*', false],
  ['http://example.com', false],
];
for (const [entry, allowed] of selfCases) {
  test(`${entry} ${allowed ? 'allows' : 'does not allow'} requests to the app itself`, () => {
    assert.equal(isSelfAllowed([parseAllowedHost(entry)]), allowed);
  });
}

const mistakes: readonly (readonly [entry: string, why: string, help: string])[] = [
  ['', 'it is empty', 'remove it, or write scheme://host:port, e.g. "https://example.com" or "redis://localhost:6379"'],
  ['*', 'it has no scheme and no port', 'write "*://*:*" to allow every host'],
  ['?', 'it names no host', 'write scheme://host:port, e.g. "https://example.com" or "redis://localhost:6379"'],
  [':', 'it names no host', 'write scheme://host:port, e.g. "https://example.com" or "redis://localhost:6379"'],
  ['insecure:allow-all', 'it is of the older allowed_http_hosts', 'write "*://*:*" to allow every host'],
  ['example.com', 'it has no scheme', 'write the scheme before it, e.g. "https://example.com"'],
  ['://example.com', 'it has no scheme', 'write one, e.g. https, or * for any'],
  ['{http,https}://example.com', 'lists of schemes in { } are not supported', 'write an entry for each scheme'],
  [
    'h2c+x://example.com',
    'the scheme "h2c+x" has more than letters',
    'write scheme://host:port, e.g. "https://example.com" or "redis://localhost:6379"',
  ],
  ['http://', 'it has no host', 'write one, or * for any'],
  ['http://{a,b}.com', 'lists of hosts in { } are not supported', 'write an entry for each host'],
  ['http://{a,b}', 'lists of hosts in { } are not supported', 'write an entry for each host'],
  ['http://a.*.com', 'a * stands inside the host', 'write * alone for any host, or *.example.com for all below a domain'],
  ['http://*.*.com', 'a * stands inside the host', 'write * alone for any host, or *.example.com for all below a domain'],
  ['http://*.1.2.3.4', '"1.2.3.4" behind *. is not a domain', 'write a domain, e.g. *.example.com'],
  ['http://a b', '"a b" is not a host', 'write scheme://host:port, e.g. "https://example.com" or "redis://localhost:6379"'],
  ['http://10.0.0.0/40', '10.0.0.0/40 is not a network', 'write an address and a length, e.g. 10.0.0.0/8'],
  ['http://example.com/path', 'it has the path /path', 'leave the path out: hosts are allowed, not single pages'],
  [
    'tcp://example.com',
    'it has no port, and the scheme tcp has no port of its own',
    'add one, e.g. "tcp://example.com:8080", or :* for any',
  ],
  [
    '*://example.com',
    'it has no port, and a * for the scheme needs a port',
    'add one, e.g. "*://example.com:8080", or :* for any',
  ],
  ['http://example.com:{80,81}', 'lists of ports in { } are not supported', 'write an entry for each port'],
  ['http://example.com:', '"" is not a port', 'a port is a number up to 65535, a range a..b, or * for any'],
  ['http://example.com:99999', '"99999" is not a port', 'a port is a number up to 65535, a range a..b, or * for any'],
  ['http://example.com:90..x', '"90..x" is not a range of ports', 'write a..b with two numbers up to 65535'],
  ['http://example.com:90..90', 'the range 90..90 has no port in it', 'write a..b, of which b is not part, e.g. 8000..9000'],
];
for (const [entry, why, help] of mistakes) {
  test(`${JSON.stringify(entry)} is refused: ${why}`, () => {
    assert.throws(
      () => parseAllowedHost(entry),
      (error: unknown) => {
        assert(error instanceof InvalidAllowedHost);
        assert.equal(error.message, `${JSON.stringify(entry)} is not an allowed outbound host: ${why}`);
        assert.equal(error.help, help);
        return true;
      },
    );
  });
}

const converted: readonly (readonly [string, readonly string[]])[] = [
  ['self', ['http://self']],
  ['self.alt', ['http://self.alt', 'https://self.alt']],
  ['example.com:8080', ['http://example.com:8080', 'https://example.com:8080']],
  ['example.com/', ['http://example.com', 'https://example.com']],
  ['insecure:allow-all', ['http://*:*', 'https://*:*', 'http://self']],
];
for (const [written, entries] of converted) {
  test(`${written} of allowed_http_hosts becomes ${entries.join(', ')}`, () => {
    assert.deepEqual(convertAllowedHttpHost(written), entries);
    entries.forEach(parseAllowedHost);
  });
}
for (const written of ['example.com/path', 'http://example.com', '']) {
  test(`${JSON.stringify(written)} of allowed_http_hosts is refused`, () => {
    assert.throws(() => convertAllowedHttpHost(written), InvalidAllowedHost);
  });
}

const addresses: readonly (readonly [written: string, address: string | undefined])[] = [
  ['redis://user:p#w@host:1/0', 'redis://user:p%23w@host:1/0'],
  ['redis://user:p@w@host', 'redis://user:p%40w@host'],
  ['redis://user:p%23w@host', 'redis://user:p%23w@host'],
  ['http://evil.test#@good.test', 'http://evil.test%23@good.test'],
  ['http://evil.test/@good.test', 'http://evil.test/@good.test'],
  ['http://evil.test?@good.test', 'http://evil.test?@good.test'],
  ['http://', undefined],
  ['http://a:b:c', undefined],
  ['http://a:99999', undefined],
];
for (const [written, address] of addresses) {
  test(`${written} leads a URL parser to the host that was checked`, () => {
    const destination = parseDestination(written, 'https');
    assert.equal(destination?.address, address);
    if (destination) assert.equal(new URL(destination.address).hostname, destination.host);
  });
}

test('the entry that would allow a destination does', () => {
  for (const url of ['https://a.test', 'http://a.test:81', 'tcp://1.2.3.4', 'http://[::1]:3']) {
    const destination = parseDestination(url, 'https');
    assert(destination);
    assert.equal(allows(entryFor(destination), url), true);
  }
});
