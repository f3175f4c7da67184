//! Two Causeways find, follow and read each other, and neither knows that the other is one.
//!
//! ```sh
//! cargo build && cargo run --example two_bridges_on_loopback
//! ```
//!
//! Juliet and Romeo have accounts on one XMPP server (Prosody, which must be installed) with two bridges beside it. She
//! uses the first and he the second. What they say to each other goes out as ActivityPub and comes back as XMPP.

use std::error::Error;
use std::path::PathBuf;

use causeway_harness::bridge::{Bridge, Setup};
use causeway_harness::prosody::Prosody;
use causeway_harness::user::{MICROBLOG, User};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let program = program()?;
    println!("starting Prosody and two bridges, b00.localhost and b01.localhost");
    let prosody = Prosody::start(&["juliet", "romeo"], &[]).await;
    let (one, two) = tokio::join!(
        Bridge::start(&program, Setup::on(&prosody, "b00.localhost")),
        Bridge::start(&program, Setup::on(&prosody, "b01.localhost")),
    );
    let mut juliet = User::login(&prosody, "juliet").await;
    let mut romeo = User::login(&prosody, "romeo").await;

    // Nothing of anybody leaves before they agree.
    for (user, bridge) in [(&mut juliet, &one), (&mut romeo, &two)] {
        user.has_blog("open").await;
        let said = user.starts(bridge.jid()).await;
        println!("{} agrees; {} says: {said}", user.jid(), bridge.jid());
    }

    // Romeo follows Juliet by the handle that the first bridge gave her; the second finds her by WebFinger.
    let handle = format!("juliet.localhost@{}", one.web_host());
    let said = romeo.says(two.jid(), &format!("follow @{handle}")).await;
    println!("romeo follows @{handle}; {} says: {said}", two.jid());

    juliet.posts("good-night", "Parting is such sweet sorrow").await;
    println!("juliet posts into her node on Prosody");

    // Prosody -> first bridge -> ActivityPub -> second bridge -> Prosody -> Romeo.
    let juliet_there = format!("{}@{}", handle.replace('@', "\\40").replace(':', "\\3a"), two.jid());
    let post = |item: &minidom::Element| String::from(item).contains("sweet sorrow");
    let item = romeo.event("Juliet's post", &juliet_there, MICROBLOG, post).await;
    println!("romeo sees, from {juliet_there}:\n{}", String::from(&item));
    Ok(())
}

/// The bridge, which cargo builds next to the folder of examples.
fn program() -> Result<PathBuf, Box<dyn Error>> {
    let example = std::env::current_exe()?;
    let built = example.ancestors().nth(2).ok_or("the example stands nowhere")?;
    let program = built.join("causeway");
    if program.exists() {
        Ok(program)
    } else {
        Err(format!("{} is not there: run `cargo build` first", program.display()).into())
    }
}
