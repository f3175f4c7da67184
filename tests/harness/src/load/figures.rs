//! Figures and how they are shown.

use std::path::Path;
use std::time::Duration;

use serde::Serialize;

/// One figure with the mark it is to reach.
#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    /// What was measured.
    pub name: String,
    /// How much.
    pub value: f64,
    /// Of what.
    pub unit: &'static str,
    /// What it is to be: at least (`>=`) or at most (`<=`) so much.
    pub goal: Option<(&'static str, f64)>,
}

/// All figures of a run.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Table {
    /// In the order they were measured.
    pub figures: Vec<Figure>,
}

impl Table {
    /// Adds a figure.
    pub fn add(&mut self, name: &str, value: f64, unit: &'static str, goal: Option<(&'static str, f64)>) {
        println!("  {name}: {value:.1} {unit}");
        self.figures.push(Figure {
            name: name.to_owned(),
            value,
            unit,
            goal,
        });
    }

    /// Writes the figures as JSON.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        std::fs::write(path, serde_json::to_string_pretty(self)?)
    }

    /// The table for a person.
    #[must_use]
    pub fn text(&self) -> String {
        let row = |figure: &Figure| {
            let goal = figure
                .goal
                .map(|(sign, goal)| format!("{sign} {goal}"))
                .unwrap_or_default();
            let reached = figure.goal.map_or("", |(sign, goal)| {
                let ok = if sign == ">=" {
                    figure.value >= goal
                } else {
                    figure.value <= goal
                };
                if ok { "reached" } else { "missed" }
            });
            format!(
                "{:<44} {:>12.1} {:<8} {:>10}  {reached}\n",
                figure.name, figure.value, figure.unit, goal
            )
        };
        let rows: String = self.figures.iter().map(row).collect();
        format!(
            "{:<44} {:>12} {:<8} {:>10}\n{rows}",
            "figure", "measured", "unit", "goal"
        )
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

/// So many in so long, per second.
pub(super) fn rate(count: usize, time: Duration) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "counts are small")]
    let count = count as f64;
    count / time.as_secs_f64().max(f64::EPSILON)
}
