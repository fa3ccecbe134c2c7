//! The real daemon, run as a process and asked over its socket, beside simulated hardware: one story a test, one subject a
//! file. One program for all of them, so that the daemon's libraries are linked once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod shop;

mod access;
mod approval;
mod attempts;
mod audit;
mod audit_planted;
mod authority;
mod authority_door;
mod crash;
mod decisions;
mod diagnose;
mod drawer;
mod feed;
mod kill;
mod log_on;
mod outsiders;
mod pause;
mod places;
mod probe;
mod profiles;
mod proof;
mod questions;
mod queue;
mod room;
mod second_person;
mod secret_lost;
mod settle;
mod settle_again;
mod sign_in;
mod sign_in_auto;
mod sign_in_steps;
mod standby;
mod start;
mod talk;
mod verbs;
mod way;
mod zoo;
