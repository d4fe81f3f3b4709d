//! Each in a function of its own that is not put into its caller, so that its frame is there.
use std::cell::RefCell;
use std::collections::HashMap;

pub fn make(mistake: &str) -> String {
    match mistake {
        "unwrap-none" => customer(&HashMap::new()).to_string(),
        "expect-error" => total("three").to_string(),
        "missing-key" => price(&HashMap::new()).to_string(),
        "index" => third(&[1, 2]).to_string(),
        "division" => average(&[]).to_string(),
        "text-boundary" => shortened("größer").to_string(),
        "borrowed-twice" => borrowed(&RefCell::new(1)).to_string(),
        "assertion" => checked(3).to_string(),
        "todo" => unwritten(),
        "bad-text" => decoded(&[0xff, 0xfe]),
        "out-of-memory" => filled().len().to_string(),
        _ => "no such mistake".into(),
    }
}

#[inline(never)]
fn customer<'a>(cart: &HashMap<&str, &'a str>) -> &'a str {
    cart.get("customer").unwrap()
}

#[inline(never)]
fn total(text: &str) -> u32 {
    text.parse().expect("the total is a number")
}

#[inline(never)]
fn price(prices: &HashMap<&str, u32>) -> u32 {
    prices["coffee"]
}

#[inline(never)]
fn third(items: &[u32]) -> u32 {
    items[2]
}

#[inline(never)]
fn average(items: &[u32]) -> u32 {
    items.iter().sum::<u32>() / items.len() as u32
}

#[inline(never)]
fn shortened(text: &str) -> &str {
    &text[..3]
}

#[inline(never)]
fn borrowed(count: &RefCell<u32>) -> u32 {
    let mut first = count.borrow_mut();
    *first += 1;
    *count.borrow_mut() + *first
}

#[inline(never)]
fn checked(items: usize) -> usize {
    assert_eq!(items, 2, "an order has two items");
    items
}

#[inline(never)]
fn unwritten() -> String {
    todo!("prices in euros")
}

#[inline(never)]
fn decoded(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[inline(never)]
fn filled() -> Vec<Vec<u8>> {
    let mut kept = Vec::new();
    loop {
        kept.push(vec![1; 8 * 1024 * 1024]);
    }
}
