//! The instructions of one warm invocation, counted by callgrind. The table is in another process.
//!
//! `cargo bench --bench warm` (`README.md`)
#![expect(missing_docs, reason = "gungraun's macros make public items")]
#![expect(
    clippy::unwrap_used,
    reason = "a bench that fails has nothing to measure"
)]

mod function;
mod service;

use std::hint::black_box;
use std::sync::Arc;

use function::Warm;
use gungraun::{LibraryBenchmarkConfig, library_benchmark, library_benchmark_group, main};
use service::{ACCOUNTS, MEMBERS, Service};

fn one_account() -> Warm {
    let service = Arc::new(Service::start());
    let event = service.event("accounts/get");
    Warm::http(&service, accounts::routes, &event, 0)
}

fn own_accounts() -> Warm {
    let service = Arc::new(Service::start());
    service.create_accounts(ACCOUNTS - 1);
    let event = service.event("accounts/list");
    Warm::http(&service, accounts::routes, &event, ACCOUNTS)
}

fn page_of_members() -> Warm {
    let service = Arc::new(Service::start());
    service.add_members(MEMBERS - 1);
    let event = service.event("members/list");
    Warm::http(&service, members::routes, &event, MEMBERS)
}

fn token() -> Warm {
    let service = Arc::new(Service::start());
    let question = service.question();
    Warm::authorizer(&service, &question)
}

#[library_benchmark(setup = one_account)]
#[bench::read()]
fn get_account(warm: Warm) -> Warm {
    black_box(warm).answered()
}

#[library_benchmark(setup = own_accounts)]
#[bench::of_20()]
fn list_own_accounts(warm: Warm) -> Warm {
    black_box(warm).answered()
}

#[library_benchmark(setup = page_of_members)]
#[bench::of_50()]
fn list_members(warm: Warm) -> Warm {
    black_box(warm).answered()
}

#[library_benchmark(setup = token)]
#[bench::known_key()]
fn authorize(warm: Warm) -> Warm {
    black_box(warm).answered()
}

library_benchmark_group!(
    name = invocations,
    benchmarks = [get_account, list_own_accounts, list_members, authorize]
);

main!(
    config = LibraryBenchmarkConfig::default().valgrind_args(["--trace-children=no"]);
    library_benchmark_groups = invocations
);
