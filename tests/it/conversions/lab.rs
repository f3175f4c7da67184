//! The product's converter, as the runner of fixtures asks it.

use bytes::Bytes;
use causeway::app::adapters_for_files;
use causeway::convert::{Converter, Names};
use causeway_core::adapter::{Adapters, Crossed};
use causeway_core::id::Network;
use causeway_core::loss::Loss;
use causeway_core::model::Activity;
use causeway_core::refusal::Refusal;
use causeway_core::time::Timestamp;
use causeway_testkit::fixtures::{Form, Lab, pretty};

use super::xml;

const XMPP: Form = Form {
    name: "xmpp",
    extension: "xml",
};
const ACTIVITYPUB: Form = Form {
    name: "activitypub",
    extension: "json",
};

/// A bridge with the names that `causeway convert` gives by default, and another one.
pub(super) struct Bench {
    pub(super) here: Adapters,
    elsewhere: Adapters,
}

/// When fixtures are converted.
pub(super) fn now() -> Timestamp {
    Timestamp::parse("2026-11-23T06:00:00Z").unwrap()
}

impl Bench {
    pub(super) fn new() -> Self {
        Self {
            here: adapters_for_files("bridge.example", "example.org").unwrap(),
            elsewhere: adapters_for_files("elsewhere.example", "elsewhere.example").unwrap(),
        }
    }

    pub(super) fn converter(&self) -> Converter<'_> {
        Converter::new(&self.here, now())
    }
}

impl Lab for Bench {
    fn forms(&self) -> &[Form] {
        &[XMPP, ACTIVITYPUB]
    }

    fn read(&self, form: Form, body: Bytes, elsewhere: bool) -> Result<Vec<Crossed>, Refusal> {
        let adapters = if elsewhere { &self.elsewhere } else { &self.here };
        Converter::new(adapters, now()).read(&Network::new(form.name), body)
    }

    fn write(&self, form: Form, crossed: Crossed) -> Result<(Bytes, Vec<Loss>), Refusal> {
        let converted = self.converter().write(&Network::new(form.name), crossed)?;
        Ok((converted.document, converted.losses))
    }

    fn in_terms_of(&self, form: Form, activity: &Activity) -> Activity {
        let mut activity = activity.clone();
        Names::new(&self.here).translate(&mut activity, &Network::new(form.name));
        activity
    }

    fn always(&self, form: Form) -> &[&str] {
        if form != ACTIVITYPUB {
            return &[];
        }
        &[
            // each of our objects names the collection of its answers, which come by themselves
            "post-collections",
            // a quote stands in the text again, for programs that know none
            "post-quote-fallback",
            // a like does not say who may see it: that is known of what is liked
            "reaction-audience",
        ]
    }

    fn canonical(&self, form: Form, body: &[u8]) -> String {
        if form == XMPP {
            return xml::canonical(body);
        }
        let value: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
        serde_json::to_string_pretty(&value).unwrap()
    }

    fn kept(&self, form: Form, body: &[u8]) -> String {
        if form == XMPP {
            return xml::canonical(body);
        }
        pretty(std::str::from_utf8(body).unwrap())
    }
}
