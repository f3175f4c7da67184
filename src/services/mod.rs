//! The product's side of core's service ports: time, chance, keys, finding actors.

mod clock;
mod directory;
mod keyring;
mod random;

pub use clock::SystemClock;
pub use directory::BridgeDirectory;
pub use keyring::KeyRing;
pub use random::SystemRandom;
