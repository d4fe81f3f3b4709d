// What a guest computes: checked in as compute.wasm, built by build-compute.sh.
#![no_std]

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}

const BUFFER: usize = 1 << 20;
static mut DATA: [u8; BUFFER] = [0; BUFFER];

fn data() -> &'static mut [u8; BUFFER] {
    unsafe { &mut *(&raw mut DATA) }
}

/// Stores a word to each place of 1 MB, `rounds` times.
#[no_mangle]
pub extern "C" fn store_words(rounds: u32) -> u32 {
    let words = data().as_mut_ptr() as *mut u32;
    for round in 0..rounds {
        for index in 0..BUFFER / 4 {
            unsafe { words.add(index).write_volatile(round ^ index as u32) };
        }
    }
    rounds
}

/// Stores a byte to each place of 1 MB, `rounds` times.
#[no_mangle]
pub extern "C" fn store_bytes(rounds: u32) -> u32 {
    let bytes = data().as_mut_ptr();
    for round in 0..rounds {
        for index in 0..BUFFER {
            unsafe { bytes.add(index).write_volatile((round as usize ^ index) as u8) };
        }
    }
    rounds
}

/// The sieve of Eratosthenes over 1 MB.
#[no_mangle]
pub extern "C" fn sieve(rounds: u32) -> u32 {
    let marks = data();
    let mut found = 0;
    for _ in 0..rounds {
        marks.fill(0);
        found = 0;
        for number in 2..BUFFER {
            if marks[number] == 0 {
                found += 1;
                let mut multiple = number * 2;
                while multiple < BUFFER {
                    marks[multiple] = 1;
                    multiple += number;
                }
            }
        }
    }
    found
}

const K: [u32; 64] = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01,
    0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc,
    0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08,
    0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];

fn block(state: &mut [u32; 8], bytes: &[u8]) {
    let mut w = [0u32; 64];
    for index in 0..16 {
        w[index] = u32::from_be_bytes([bytes[index * 4], bytes[index * 4 + 1], bytes[index * 4 + 2], bytes[index * 4 + 3]]);
    }
    for index in 16..64 {
        let s0 = w[index - 15].rotate_right(7) ^ w[index - 15].rotate_right(18) ^ (w[index - 15] >> 3);
        let s1 = w[index - 2].rotate_right(17) ^ w[index - 2].rotate_right(19) ^ (w[index - 2] >> 10);
        w[index] = w[index - 16].wrapping_add(s0).wrapping_add(w[index - 7]).wrapping_add(s1);
    }
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for index in 0..64 {
        let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let t1 = h.wrapping_add(s1).wrapping_add((e & f) ^ (!e & g)).wrapping_add(K[index]).wrapping_add(w[index]);
        let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let t2 = s0.wrapping_add((a & b) ^ (a & c) ^ (b & c));
        h = g;
        g = f;
        f = e;
        e = d.wrapping_add(t1);
        d = c;
        c = b;
        b = a;
        a = t1.wrapping_add(t2);
    }
    for (old, new) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
        *old = old.wrapping_add(new);
    }
}

/// SHA-256 (without the padding) over 1 MB, `rounds` times.
#[no_mangle]
pub extern "C" fn sha256(rounds: u32) -> u32 {
    let mut state = [
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    ];
    for _ in 0..rounds {
        for chunk in data().chunks_exact(64) {
            block(&mut state, chunk);
        }
    }
    state[0]
}

fn fib(n: u32) -> u32 {
    if n < 2 { n } else { fib(n - 1).wrapping_add(fib(n - 2)) }
}

/// Nothing but calls: a check in each.
#[no_mangle]
pub extern "C" fn calls(n: u32) -> u32 {
    fib(core::hint::black_box(n))
}

/// A loop that only reads: a check for each turn.
#[no_mangle]
pub extern "C" fn sum_bytes(rounds: u32) -> u32 {
    let bytes = data().as_ptr();
    let mut sum = 0u32;
    for _ in 0..rounds {
        for index in 0..BUFFER {
            sum = sum.wrapping_add(unsafe { bytes.add(index).read_volatile() } as u32);
        }
    }
    sum
}
