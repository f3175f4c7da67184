//! `bench PROGRAM JSON STEPS [FIGURES]`: measures the bridge built at PROGRAM, prints a table and writes JSON. STEPS are
//! names separated by commas; FIGURES is a file of figures measured before, shown in the same table. `cargo xtask bench`
//! runs it.

use std::path::Path;
use std::process::ExitCode;

use causeway_harness::load::{Sizes, Step, Table, measure};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (program, json, steps, figures) = match arguments.as_slice() {
        [program, json, steps] => (program, json, steps, None),
        [program, json, steps, figures] => (program, json, steps, Some(figures)),
        _ => {
            eprintln!("usage: bench PROGRAM JSON STEPS [FIGURES]");
            return ExitCode::from(2);
        }
    };
    match run(Path::new(program), Path::new(json), steps, figures.map(Path::new)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(program: &Path, json: &Path, steps: &str, figures: Option<&Path>) -> Result<(), String> {
    let in_file = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    let mut table = match figures {
        Some(path) => Table::read(path).map_err(|error| in_file(path, error))?,
        None => Table::default(),
    };
    let named = |name: &str| {
        let step = Step::ALL.into_iter().find(|step| step.name() == name);
        step.ok_or_else(|| format!("no step is called {name:?}"))
    };
    let steps: Vec<Step> = steps
        .split(',')
        .filter(|name| !name.is_empty())
        .map(named)
        .collect::<Result<_, _>>()?;
    if !steps.is_empty() {
        measure(program, Sizes::default(), &steps, &mut table).await;
    }
    println!("\n{}", table.text());
    table.write(json).map_err(|error| in_file(json, error))
}
