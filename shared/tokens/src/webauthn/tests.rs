mod any_bytes;
mod steps;
mod vectors;
