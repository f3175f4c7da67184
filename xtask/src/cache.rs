//! Where things stand: the clone, and the cache folder outside it.

use std::env;
use std::path::PathBuf;

/// The root of the clone. Cargo sets the variable for `cargo xtask`, wherever in the clone it was called.
pub(crate) fn clone_root() -> Result<PathBuf, String> {
    let manifest = env::var_os("CARGO_MANIFEST_DIR").ok_or("run this as `cargo xtask`, not as a bare program")?;
    let mut root = PathBuf::from(manifest);
    root.pop();
    Ok(root)
}

/// `$CAUSEWAY_CACHE`, else `$XDG_CACHE_HOME/causeway`, else `~/.cache/causeway`. The harness follows the same rule.
pub(crate) fn root() -> Result<PathBuf, String> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("CAUSEWAY_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|base| base.join("causeway")))
        .or_else(|| set("HOME").map(|home| home.join(".cache/causeway")))
        .ok_or_else(|| "set CAUSEWAY_CACHE, XDG_CACHE_HOME or HOME: there is no place for the cache".to_owned())
}

/// The folder of one peer program, as `cargo xtask setup` fills it.
pub(crate) fn peer(name: &str) -> Result<PathBuf, String> {
    Ok(root()?.join("peers").join(name))
}
