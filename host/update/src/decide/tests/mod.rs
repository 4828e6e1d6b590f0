//! Decisions, each from feeds as text and a computer as values.

mod compared;
mod feeds;
mod order;
mod sets;
mod support;
mod systems;
mod waiting;
mod withdrawing;
