//! Collecting losses while a document is read or written.

use std::borrow::Cow;

use causeway_core::loss::{Loss, LossClass};

/// Losses kept of one document, at most: a hostile one may hold many members.
const MAX_LOSSES: usize = 100;

/// The losses of one document, in the order met.
#[derive(Debug, Default)]
pub(crate) struct Losses(Vec<Loss>);

impl Losses {
    /// Arrives in another form that says the same.
    pub(crate) fn transformed(
        &mut self,
        rule: &'static str,
        field: impl Into<Cow<'static, str>>,
        reason: &'static str,
    ) {
        self.push(Loss::new(rule, LossClass::Transformed, field, reason));
    }

    /// Arrives in part.
    pub(crate) fn degraded(
        &mut self,
        rule: &'static str,
        field: impl Into<Cow<'static, str>>,
        reason: impl Into<Cow<'static, str>>,
    ) {
        self.push(Loss::new(rule, LossClass::Degraded, field, reason));
    }

    /// Does not arrive.
    pub(crate) fn dropped(&mut self, rule: &'static str, field: impl Into<Cow<'static, str>>, reason: &'static str) {
        self.push(Loss::new(rule, LossClass::Dropped, field, reason));
    }

    /// Was not in the source.
    pub(crate) fn invented(&mut self, rule: &'static str, field: impl Into<Cow<'static, str>>, reason: &'static str) {
        self.push(Loss::new(rule, LossClass::Invented, field, reason));
    }

    /// All of them.
    pub(crate) fn into_vec(self) -> Vec<Loss> {
        self.0
    }

    fn push(&mut self, loss: Loss) {
        if self.0.len() < MAX_LOSSES {
            self.0.push(loss);
        }
    }
}
