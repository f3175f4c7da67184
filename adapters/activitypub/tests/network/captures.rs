//! Requests as GoToSocial 0.20.0 and Fedify 2.3.6 sent them (`tests/captures/signed-http/README.md`).

use std::time::UNIX_EPOCH;

use bytes::Bytes;
use causeway_core::adapter::Wire;
use causeway_core::model::Attested;
use causeway_core::refusal::Refusal;
use causeway_core::time::Timestamp;
use http::{Method, Request};
use serde_json::Value;

use crate::web::Page;
use crate::world::World;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/captures/signed-http");

fn world() -> World {
    let world = World::at("http://localhost:8005", "2026-11-22T19:00:00Z");
    world.web.allow_http();
    for file in std::fs::read_dir(format!("{FOLDER}/actors")).unwrap() {
        let path = file.unwrap().path();
        let document: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        // GoToSocial's key stands at an address of its own
        let stub = path.to_str().unwrap().ends_with("main-key.json");
        let at = if stub {
            &document["publicKey"]["id"]
        } else {
            &document["id"]
        };
        world.web.put(at.as_str().unwrap(), Page::document(&document));
    }
    world
}

async fn replayed(world: &World, line: &Value) -> Result<Wire, Refusal> {
    let mut request = Request::builder()
        .method(line["method"].as_str().unwrap())
        .uri(line["target"].as_str().unwrap());
    for pair in line["rawHeaders"].as_array().unwrap().chunks(2) {
        request = request.header(pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
    }
    let body = Bytes::from(line["body"].as_str().unwrap_or_default().to_owned());
    let request = request.body(body).unwrap();
    let date = httpdate::parse_http_date(request.headers()["date"].to_str().unwrap()).unwrap();
    let millis = date.duration_since(UNIX_EPOCH).unwrap().as_millis();
    world.clock.set(Timestamp::from_millis(i64::try_from(millis).unwrap()));
    world.authenticate(request).await
}

#[tokio::test]
async fn every_captured_request_is_attested_by_its_actor() {
    let world = world();
    let lines = std::fs::read_to_string(format!("{FOLDER}/received-by-localhost-8005.jsonl")).unwrap();
    let mut posts = 0;
    for (n, line) in lines.lines().enumerate() {
        let line: Value = serde_json::from_str(line).unwrap();
        let wire = replayed(&world, &line)
            .await
            .unwrap_or_else(|refusal| panic!("line {n}: {refusal}"));
        let Attested::Actor(signer) = wire.attested else {
            panic!("line {n}")
        };
        if line["method"] == Method::POST.as_str() {
            let body: Value = serde_json::from_slice(&wire.body).unwrap();
            assert_eq!(body["actor"], signer.as_str(), "line {n}");
            posts += 1;
        }
    }
    assert!(posts > 10, "{posts}");
}
