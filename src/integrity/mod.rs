//! From lines to a verdict: scanning, locating damage, checkpoints, findings, five axes.
