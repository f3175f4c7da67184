//! `bench PROGRAM JSON`: measures the bridge built at PROGRAM, prints a table and writes JSON. `cargo xtask bench` runs
//! it.

use std::path::PathBuf;

use causeway_harness::load::{Sizes, measure};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    let [program, json] = arguments.as_slice() else {
        eprintln!("usage: bench PROGRAM JSON");
        std::process::exit(2);
    };
    let table = measure(program, Sizes::default()).await;
    println!("\n{}", table.text());
    if let Err(error) = table.write(json) {
        eprintln!("{}: {error}", json.display());
        std::process::exit(1);
    }
}
