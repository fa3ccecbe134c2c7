//! Nothing to use here: this crate is its tests. Keys go in, screens come out, and each accepted screen lies in
//! `snapshots/` for people to read.
