//! Builds again when a migration is added: `migrate!` reads the directory, which cargo does not watch by itself.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
