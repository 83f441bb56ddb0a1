//! What a record is: strict JSON, kinds, ids and time. No I/O.
