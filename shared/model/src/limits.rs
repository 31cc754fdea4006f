//! How often and how long: what a deployment may choose of it.

/// The contract's *Limits*, with its defaults.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Invitation mails to one member in any hour.
    pub invitation_mails_per_member_and_hour: usize,
    /// How many invitation mails an account may ask for in one day (UTC).
    pub invitation_mails_per_account_and_day: u32,
    /// Failed sign-ins for one address within the window before it is refused.
    pub sign_in_failures: usize,
    /// Addresses that sign-in may fail for from one source address within the window before the source is refused.
    pub sign_in_failures_per_source: usize,
    /// The window of failed sign-ins, in seconds.
    pub sign_in_failure_window: i64,
    /// Mails of one kind that an address may be sent in any hour because somebody asked: verification, reset.
    pub account_mails_per_address_and_hour: usize,
    /// How long an invitation's link works, in seconds.
    pub invitation_lifetime: i64,
    /// How long a verification link works, in seconds.
    pub verification_lifetime: i64,
    /// How long a password reset link works, in seconds.
    pub reset_lifetime: i64,
}

/// The contract's defaults.
impl Default for Limits {
    fn default() -> Self {
        const MINUTE: i64 = 60;
        const HOUR: i64 = 60 * MINUTE;
        const DAY: i64 = 24 * HOUR;
        Self {
            invitation_mails_per_member_and_hour: 5,
            invitation_mails_per_account_and_day: 200,
            sign_in_failures: 10,
            sign_in_failures_per_source: 100,
            sign_in_failure_window: 15 * MINUTE,
            account_mails_per_address_and_hour: 5,
            invitation_lifetime: 7 * DAY,
            verification_lifetime: DAY,
            reset_lifetime: HOUR,
        }
    }
}
