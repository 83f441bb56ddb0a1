//! Work beside the window: named threads with progress, cancellation and a waker. What the work is about is not known here.
//!
//! [`Task`] is one piece of work (a bundle being opened). [`Latest`] answers questions of which only the newest counts (a filter being
//! typed). [`Queue`] does everything it is given, in order (notes being saved).

mod latest;
mod progress;
mod queue;
mod task;

pub use latest::{Answers, Latest};
pub use progress::{Progress, Waker};
pub use queue::Queue;
pub use task::{Polled, Task};
