import assert from 'node:assert/strict';
import { test } from 'node:test';

import { demangled } from '../../src/runtime/demangle.ts';

const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const base62 = (value: number): string =>
  value === 0 ? '_' : `${value > 62 ? digits[Math.floor((value - 1) / 62)] : ''}${digits[(value - 1) % 62]}_`;

/** `f::<((), ()), ...>`: each tuple has the one before it twice. */
function doubling(count: number): string {
  let text = 'INvC1a1fTuuE';
  for (let last = 8; count > 0; count -= 1) {
    const start = text.length;
    text += `TB${base62(last)}B${base62(last)}E`;
    last = start;
  }
  return `_R${text}E`;
}

for (const [name, want] of [
  ['_ZN5probe6handle17h0123456789abcdefE', 'probe::handle'],
  // No such character, and one that a terminal would obey.
  ['_ZN9$u110000$E', '$u110000$'],
  ['_ZN5$u1b$E', '$u1b$'],
  [
    '_ZN4core3ptr42drop_in_place$LT$alloc..string..String$GT$17h0123456789abcdefE',
    'core::ptr::drop_in_place<alloc::string::String>',
  ],
  [
    '_ZN60_$LT$alloc..string..String$u20$as$u20$core..fmt..Display$GT$3fmt17h0123456789abcdefE',
    '<alloc::string::String as core::fmt::Display>::fmt',
  ],
  ['_RNvNtCs79RonfD0sGA_5lines4cart5price', 'lines::cart::price'],
  ['_RNvCsfgHYwM92fyn_7___rustc12___rust_abort', '__rustc::__rust_abort'],
  ['_RNCNvNtCsh2Cp3pA3AT4_3std9panicking13panic_handler0B5_', 'std::panicking::panic_handler::{closure#0}'],
  [
    '_RNvXs1g_NtCsij2JJL039CE_4core3fmtRNtNtCs31y0FNmYZ7L_5alloc6string6StringNtB6_5Debug3fmtCs4VeW0mnGti4_4wasi',
    '<&alloc::string::String as core::fmt::Debug>::fmt',
  ],
  [
    '_RINvNtCsij2JJL039CE_4core3ptr13drop_in_placeINtNtB4_6result6ResultuNtNtNtCsh2Cp3pA3AT4_3std2io5error5ErrorEEB19_',
    'core::ptr::drop_in_place::<core::result::Result<(), std::io::error::Error>>',
  ],
  ['_RINvNtCsij2JJL039CE_4core6escape14escape_unicodeKja_EB4_', 'core::escape::escape_unicode::<10>'],
  [
    '_RINvC1a1fFUKCRL_hPxOcEuTmEAtj3_DNtC1b1TEL_QSzE',
    'a::f::<unsafe extern "C" fn(&u8, *const i64, *mut char), (u32,), [u16; 3], dyn b::T, &mut [!]>',
  ],
  ['_RNvC1a1f.llvm.1234', 'a::f'],
  // One that refers to itself, one that ends early, one that would be of a thousand million types.
  ['_RNvB_1f', '_RNvB_1f'],
  ['_RNvC5a1f', '_RNvC5a1f'],
  [`_RINvC1a1f${'T'.repeat(200)}`, `_RINvC1a1f${'T'.repeat(200)}`],
  [doubling(2), 'a::f::<((), ()), (((), ()), ((), ())), ((((), ()), ((), ())), (((), ()), ((), ())))>'],
  [doubling(30), doubling(30)],
  ['_ZN3foo', '_ZN3foo'],
  ['_ZN9shortE', '_ZN9shortE'],
  ['main', 'main'],
] as const) {
  test(`${name.slice(0, 30)} is ${want.slice(0, 100)}`, () => assert.equal(demangled(name), want));
}
