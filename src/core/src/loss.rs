//! What a mapping did to a field: a loss is data, carried with the activity, counted, shown.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// What became of one field on its way from a wire to the model or from the model to a wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// The field, as a path in the document that lost it (`attachment[0].blurhash`) or in the model.
    pub field: Cow<'static, str>,
    /// How much of it arrived.
    pub class: LossClass,
    /// Why, for a reader.
    pub reason: Cow<'static, str>,
    /// The row of the mapping table (`docs/mapping/*.toml`) that says so.
    pub rule: Cow<'static, str>,
}

/// The classes of change that a reader should know of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LossClass {
    /// Arrives in another form that says the same.
    Transformed,
    /// Arrives in part, or where a reader must look for it.
    Degraded,
    /// Does not arrive.
    Dropped,
    /// Was not in the source; the target demands it.
    Invented,
}

impl Loss {
    /// A loss of `field` under mapping rule `rule`.
    pub fn new(
        rule: &'static str,
        class: LossClass,
        field: impl Into<Cow<'static, str>>,
        reason: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            field: field.into(),
            class,
            reason: reason.into(),
            rule: Cow::Borrowed(rule),
        }
    }
}
