//! Printers on real pseudo terminals and sockets, behind trees that look like `/dev` and `/sys`.

mod bench;
mod cable;
mod network;
mod serial;
mod usb;
