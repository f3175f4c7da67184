//! Figures and how they are shown.

use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// One figure with the mark it is to reach.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Figure {
    /// What was measured.
    pub name: String,
    /// How much.
    pub value: f64,
    /// Of what.
    pub unit: String,
    /// What it is to be.
    pub goal: Option<Goal>,
}

/// What a figure is to be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Goal {
    /// So much or more.
    AtLeast(f64),
    /// So much or less.
    AtMost(f64),
}

/// All figures of a run.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Table {
    /// In the order they were measured.
    pub figures: Vec<Figure>,
}

impl Goal {
    fn is_reached_by(self, value: f64) -> bool {
        match self {
            Self::AtLeast(goal) => value >= goal,
            Self::AtMost(goal) => value <= goal,
        }
    }
}

impl std::fmt::Display for Goal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AtLeast(goal) => write!(f, ">= {goal}"),
            Self::AtMost(goal) => write!(f, "<= {goal}"),
        }
    }
}

impl Table {
    /// Adds a figure.
    pub fn add(&mut self, name: &str, value: f64, unit: &str, goal: Option<Goal>) {
        println!("  {name}: {value:.1} {unit}");
        self.figures.push(Figure {
            name: name.to_owned(),
            value,
            unit: unit.to_owned(),
            goal,
        });
    }

    /// Reads figures that [`Table::write`] wrote, or another program in the same form.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(path: &Path) -> std::io::Result<Self> {
        Ok(serde_json::from_slice(&std::fs::read(path)?)?)
    }

    /// Writes the figures as JSON.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        std::fs::write(path, serde_json::to_string_pretty(self)?)
    }

    /// The table for a person, in Markdown.
    #[must_use]
    pub fn text(&self) -> String {
        let row = |figure: &Figure| {
            let goal = figure.goal.map(|goal| goal.to_string()).unwrap_or_default();
            let reached = figure.goal.map_or("", |goal| {
                if goal.is_reached_by(figure.value) {
                    "reached"
                } else {
                    "missed"
                }
            });
            let value = format!("{:.1} {}", figure.value, figure.unit);
            format!("| {:<48} | {value:>20} | {goal:>8} | {reached:<7} |\n", figure.name)
        };
        let rows: String = self.figures.iter().map(row).collect();
        let head = format!(
            "| {:<48} | {:>20} | {:>8} | {:<7} |\n",
            "figure", "measured", "target", ""
        );
        let rule = format!("|{:-<50}|{:->21}:|{:->9}:|{:-<9}|\n", "", "", "", "");
        head + &rule + &rows
    }
}

/// The value below which `share` (0 to 1) of `times` lie, in milliseconds.
pub(super) fn percentile(times: &mut [Duration], share: f64) -> f64 {
    times.sort_unstable();
    let last = times.len().saturating_sub(1);
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place in a list"
    )]
    let place = (last as f64 * share).round() as usize;
    times.get(place).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
}

/// The one in the middle.
pub(super) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// So many in so long, per second.
pub(super) fn rate(count: usize, time: Duration) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "counts are small")]
    let count = count as f64;
    count / time.as_secs_f64().max(f64::EPSILON)
}
