//! The machine's source of chance.

use causeway_core::ports::Random;

/// Unpredictable bytes from the operating system, through the crypto library.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the chance that everybody else is handed"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        // aws-lc aborts by itself when the system has no entropy; an error cannot be answered with worse bytes
        while aws_lc_rs::rand::fill(bytes).is_err() {}
    }
}
