//! What goes wrong, in functions that are not put into those that call them.

const PRICES: [u32; 3] = [1, 2, 3];

#[inline(never)]
pub fn price(item: usize) -> u32 {
    PRICES[item]
}

#[inline(never)]
pub fn unreachable() -> u32 {
    core::arch::wasm32::unreachable()
}
