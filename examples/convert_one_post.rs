//! One post of an XMPP blog, as ActivityPub: the mapping as a library, without server, network or configuration.
//!
//! ```sh
//! cargo run --example convert_one_post
//! ```
//!
//! A crossing has two halves with the model between them. `read` is an adapter's `parse`: a document in, activities out.
//! `write` is another adapter's `render`: an activity in, a document out. Each half says what it could not carry.

use std::error::Error;

use causeway::app;
use causeway::convert::Converter;
use causeway::services::SystemClock;
use causeway_core::id::Network;
use causeway_core::ports::Clock;

/// A PubSub item as a blogging client publishes it. One field of it, `rights`, other networks do not know.
const ENTRY: &str = "\
<item xmlns='http://jabber.org/protocol/pubsub' id='sunset-1'>
  <entry xmlns='http://www.w3.org/2005/Atom'>
    <id>sunset-1</id>
    <title>Sunset</title>
    <author><name>Juliet</name><uri>xmpp:juliet@example.org</uri></author>
    <content type='text'>All of it was orange.</content>
    <category term='verona'/>
    <published>2026-11-23T06:00:00Z</published>
    <updated>2026-11-23T06:00:00Z</updated>
    <rights>All of them</rights>
  </entry>
</item>";

fn main() -> Result<(), Box<dyn Error>> {
    // Names are made for a bridge at bridge.example; the handles of example.org's users are short.
    let adapters = app::adapters_for_files("bridge.example", "example.org")?;
    let converter = Converter::new(&adapters, SystemClock.now());

    for crossed in converter.read(&Network::new("xmpp"), ENTRY.into())? {
        let activity = &crossed.activity;
        println!(
            "understood: a {} by {}\n",
            activity.payload.kind().as_str(),
            activity.actor
        );
        println!("the model:\n{}\n", serde_json::to_string_pretty(activity)?);

        let converted = converter.write(&Network::new("activitypub"), crossed)?;
        let document: serde_json::Value = serde_json::from_slice(&converted.document)?;
        let object = document.get("object").unwrap_or(&document);
        println!("as ActivityPub, inside a Create:\n{object:#}\n");

        println!("what changed on the way, by the rules of docs/mapping:");
        for loss in &converted.losses {
            println!("  {:?} {}: {} ({})", loss.class, loss.field, loss.reason, loss.rule);
        }
    }
    Ok(())
}
