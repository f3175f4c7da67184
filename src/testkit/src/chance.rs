//! Chance that repeats.

use std::sync::atomic::{AtomicU64, Ordering};

use causeway_core::ports::Random;

/// A fixed sequence of bytes that look random (SplitMix64), the same for each seed.
#[derive(Debug)]
pub struct TestRandom(AtomicU64);

impl TestRandom {
    /// The sequence of `seed`.
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Random for TestRandom {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let step = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
            let mut word = step.wrapping_add(0x9e37_79b9_7f4a_7c15);
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            word ^= word >> 31;
            for (byte, new) in chunk.iter_mut().zip(word.to_le_bytes()) {
                *byte = new;
            }
        }
    }
}
