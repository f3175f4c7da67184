//! The command line as people and scripts use it: what it prints, where, and how it ends.

mod config;
mod convert;
mod crossings;

use std::io::Write;
use std::process::{Command, Stdio};

/// How a command ended.
struct Ended {
    code: Option<i32>,
    out: String,
    errors: String,
}

/// Runs `causeway` with these arguments, this input, and no configuration by environment.
fn causeway(arguments: &[&str], input: &str) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_causeway"));
    command.args(arguments).env_remove("CAUSEWAY_CONFIG");
    let piped = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    // an error means that it ended without reading all of it, which its exit code tells better
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    Ended {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        errors: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Ended {
    /// What it printed, when it ended well and said nothing else.
    #[track_caller]
    fn well(self) -> String {
        assert_eq!((self.code, self.errors.as_str()), (Some(0), ""), "{}", self.out);
        self.out
    }

    /// That it ended with this code, printed nothing and said `error` first.
    #[track_caller]
    fn badly(&self, code: i32, error: &str) {
        assert_eq!((self.code, self.out.as_str()), (Some(code), ""), "{}", self.errors);
        assert!(
            self.errors.starts_with(error),
            "{:?} begins with {error:?}",
            self.errors
        );
    }
}
