//! `demo PROGRAM [--exit]`: plays the demo with the bridge built at PROGRAM. `cargo xtask demo` runs it.

use std::io::IsTerminal;
use std::path::PathBuf;

use causeway_harness::demo::Demo;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let Some(program) = arguments.next().map(PathBuf::from) else {
        eprintln!("usage: demo PROGRAM [--exit]");
        std::process::exit(2);
    };
    let exit = arguments.any(|argument| argument == "--exit");
    let work = async {
        let mut demo = Demo::start(&program, std::io::stdout().is_terminal()).await;
        demo.play().await;
        if !exit {
            demo.invite();
            std::future::pending::<()>().await;
        }
    };
    // dropping the work drops what it started
    tokio::select! {
        () = work => {}
        _ = tokio::signal::ctrl_c() => println!("\nending …"),
    }
}
