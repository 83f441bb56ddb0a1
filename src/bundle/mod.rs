//! The bundle: container, manifest, segments, lines, sealed fields; reading under limits, and writing.
