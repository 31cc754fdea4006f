//! Any text as the stored form of a password: never a panic, and never more work than the limits allow.
#![no_main]

use libfuzzer_sys::fuzz_target;
use model::{PasswordHash, ScryptCost};

fuzz_target!(|text: &str| {
    let Ok(hash) = PasswordHash::parse(text) else {
        return;
    };
    let scrypt = |cost: ScryptCost| {
        let memory = (128u64 << cost.log_n) * u64::from(cost.r);
        assert!(memory <= 64 << 20 && memory * u64::from(cost.p) <= 512 << 20);
    };
    match hash {
        PasswordHash::Argon2(hash) => {
            let memory = u64::from(hash.memory_kib) << 10;
            assert!(memory <= 64 << 20 && memory * u64::from(hash.passes) <= 512 << 20);
            assert!(hash.lanes <= 16 && hash.output.len() >= 16);
        }
        PasswordHash::Bcrypt(hash) => assert!(hash.cost <= 14),
        PasswordHash::Scrypt(hash) => scrypt(hash.cost),
        PasswordHash::Firebase(hash) => scrypt(hash.cost),
        PasswordHash::Pbkdf2(hash) => {
            assert!(hash.iterations <= 2_000_000 && hash.output.len() >= 16);
        }
    }
});
