//! The product's side of core's service ports: time, chance, keys, finding actors.

mod at_once;
mod clock;
mod directory;
mod keyring;
mod random;
mod signatures;

pub use at_once::AtOnce;
pub use clock::SystemClock;
pub use directory::BridgeDirectory;
pub use keyring::KeyRing;
pub use random::SystemRandom;
pub use signatures::SignaturesCounted;
