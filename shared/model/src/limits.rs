//! The limits that a deployment may choose.

/// The contract's *Limits*, with its defaults.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Invitation mails to one member in any hour.
    pub invitation_mails_per_member_and_hour: usize,
    /// Invitation mails of one account in a day (UTC).
    pub invitation_mails_per_account_and_day: u32,
    /// Mails to one address in a day (UTC) that others can cause.
    pub mails_per_address_and_day: usize,
    /// Invitation mails of one person whose address is not proved, in a day (UTC), over all accounts.
    pub invitation_mails_per_unproven_person_and_day: u32,
    /// Accounts that one person may own.
    pub accounts_per_owner: u32,
    /// Failed sign-ins for one address within the window, after which sign-in is refused.
    pub sign_in_failures: usize,
    /// Addresses with failed sign-ins from one source address within the window, after which the source is refused.
    pub sign_in_failures_per_source: usize,
    /// The window of failed sign-ins, in seconds.
    pub sign_in_failure_window: i64,
    /// Sign-ups from one source address in an hour.
    pub sign_ups_per_source_and_hour: u32,
    /// The age at which a session ends, in seconds, however often it is refreshed.
    pub session_lifetime: i64,
    /// Verification mails, and likewise reset mails, to one address in any hour. Counted by address, not by holder.
    pub account_mails_per_address_and_hour: usize,
    /// The life time of an invitation's link, in seconds.
    pub invitation_lifetime: i64,
    /// The life time of a verification link, in seconds.
    pub verification_lifetime: i64,
    /// The life time of a password reset link, in seconds.
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
            mails_per_address_and_day: 20,
            invitation_mails_per_unproven_person_and_day: 10,
            accounts_per_owner: 100,
            sign_in_failures: 10,
            sign_in_failures_per_source: 100,
            sign_in_failure_window: 15 * MINUTE,
            sign_ups_per_source_and_hour: 100,
            session_lifetime: 180 * DAY,
            account_mails_per_address_and_hour: 5,
            invitation_lifetime: 7 * DAY,
            verification_lifetime: DAY,
            reset_lifetime: HOUR,
        }
    }
}
