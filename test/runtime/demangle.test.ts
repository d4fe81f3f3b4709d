import assert from 'node:assert/strict';
import { test } from 'node:test';

import { demangled } from '../../src/runtime/demangle.ts';

for (const [name, want] of [
  ['_ZN5probe6handle17h0123456789abcdefE', 'probe::handle'],
  [
    '_ZN4core3ptr42drop_in_place$LT$alloc..string..String$GT$17h0123456789abcdefE',
    'core::ptr::drop_in_place<alloc::string::String>',
  ],
  [
    '_ZN60_$LT$alloc..string..String$u20$as$u20$core..fmt..Display$GT$3fmt17h0123456789abcdefE',
    '<alloc::string::String as core::fmt::Display>::fmt',
  ],
  ['_ZN3foo', '_ZN3foo'],
  ['_ZN9shortE', '_ZN9shortE'],
  ['main', 'main'],
] as const) {
  test(`${name.slice(0, 30)} is ${want}`, () => assert.equal(demangled(name), want));
}
