//! Names that are made of hashes: `guid` and `uniqueString` (learn.microsoft.com, template functions, string).

use super::call::{ANY, Call, Function};
use crate::template::expression::budget::Stop;
use crate::template::value::{Node, Value};
use uuid::Uuid;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "guid",
        least: 1,
        most: ANY,
        run: guid,
    },
    Function {
        name: "uniqueString",
        least: 1,
        most: ANY,
        run: unique_string,
    },
];

/// The namespace of `guid`, from the documentation of Bicep.
const NAMESPACE: Uuid = Uuid::from_u128(0x11fb_06fb_712d_4ddd_98c7_e71b_bd58_8830);

fn joined(call: &Call<'_>) -> Result<String, Stop> {
    let mut text = String::new();
    for number in 0..call.args.len() {
        if number > 0 {
            text.push('-');
        }
        match call.value(number) {
            Value::Number(_) => return Err(call.unsettled("a number")),
            _ => text.push_str(call.text(number)?),
        }
        call.budget.text(text.len())?;
    }
    Ok(text)
}

fn guid(call: &Call<'_>) -> Result<Node, Stop> {
    call.made_text(Uuid::new_v5(&NAMESPACE, joined(call)?.as_bytes()).to_string())
}

/// Two readings of the hash are about; they differ for one in twelve strings. Where they do, the name isn't known.
fn unique_string(call: &Call<'_>) -> Result<Node, Stop> {
    let text = joined(call)?;
    let [one, other] = [true, false].map(|negates| base32(hash(text.as_bytes(), negates)));
    if one == other {
        call.made_text(one)
    } else {
        Err(call.unsettled("this string"))
    }
}

/// 13 digits of 5 bits, the first one from the top.
fn base32(mut value: u64) -> String {
    let mut text = String::new();
    for _ in 0..13 {
        let digit = u8::try_from(value >> 59).unwrap_or_default();
        text.push(char::from(if digit < 26 { b'a' + digit } else { b'2' + digit - 26 }));
        value <<= 5;
    }
    text
}

const ONE: u32 = 597_399_067;
const TWO: u32 = 2_869_860_233;

fn scramble(value: u32, first: u32, turn: u32, then: u32) -> u32 {
    value.wrapping_mul(first).rotate_left(turn).wrapping_mul(then)
}

fn little_endian(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |sum, byte| (sum << 8) | u32::from(*byte))
}

/// A variant of MurmurHash with two lanes of 32 bits. `negates`: how a negative product in the last block is read.
fn hash(data: &[u8], negates: bool) -> u64 {
    let (mut low, mut high) = (0_u32, 0_u32);
    let (blocks, tail) = data.as_chunks::<8>();
    for block in blocks {
        let (first, second) = block.split_at(4);
        low ^= scramble(little_endian(first), ONE, 15, TWO);
        low = low.rotate_left(19).wrapping_add(high);
        low = low.wrapping_mul(5).wrapping_add(1_444_728_091);
        high ^= scramble(little_endian(second), TWO, 17, ONE);
        high = high.rotate_left(13).wrapping_add(low);
        high = high.wrapping_mul(5).wrapping_add(197_830_471);
    }
    if !tail.is_empty() {
        let (first, second) = tail.split_at(tail.len().min(4));
        low ^= scramble(little_endian(first), ONE, 15, TWO);
        if !second.is_empty() {
            let product = little_endian(second).wrapping_mul(TWO).cast_signed();
            let product = if negates {
                product.unsigned_abs()
            } else {
                product.cast_unsigned()
            };
            high ^= product.rotate_left(17).wrapping_mul(ONE);
        }
    }
    // Strings are shorter than this.
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
    low ^= length;
    high ^= length;
    low = low.wrapping_add(high);
    high = high.wrapping_add(low);
    low = finish(low);
    high = finish(high);
    low = low.wrapping_add(high);
    high = high.wrapping_add(low);
    (u64::from(high) << 32) | u64::from(low)
}

fn finish(mut lane: u32) -> u32 {
    lane ^= lane >> 16;
    lane = lane.wrapping_mul(2_246_822_507);
    lane ^= lane >> 13;
    lane = lane.wrapping_mul(3_266_489_909);
    lane ^ (lane >> 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unique_strings_are_those_of_azure() {
        for (text, expected) in [
            (
                "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/myRg",
                "js26ofeqkqeve",
            ),
            ("fu", "6rkxbspxjmsho"),
            ("fubar", "cj2xpqsiwjfne"),
            ("fu-bar", "q5wxoscxs5j6k"),
        ] {
            for negates in [true, false] {
                assert_eq!(base32(hash(text.as_bytes(), negates)), expected, "{text}");
            }
        }
    }

    #[test]
    fn the_two_readings_differ_for_some() {
        let differ = (0..3000).filter(|number| {
            let text = format!("/subscriptions/{number}/resourceGroups/x{}", "y".repeat(number % 8));
            hash(text.as_bytes(), true) != hash(text.as_bytes(), false)
        });
        assert!((100..900).contains(&differ.count()));
    }
}
