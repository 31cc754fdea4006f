use expect_test::expect;
use model::User;
use model::examples::{ada, email};

use super::*;

const LEAST: [(&str, &str); 2] = [("TABLE_NAME", "table"), ("AWS_REGION", "eu-west-1")];

/// The settings with no more than is needed, and `more`.
fn config(more: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let find = |name: &str| {
        let mut all = more.iter().chain(&LEAST);
        all.find(|(known, _)| *known == name)
    };
    Config::from_vars(&|name| find(name).map(|(_, value)| (*value).to_owned()))
}

#[test]
fn everything_but_table_and_region_has_a_default() {
    expect![[r#"
        Config {
            table: "table",
            region: "eu-west-1",
            stage: "prod",
            url_suffix: "amazonaws.com",
            public_url: None,
            app_url: None,
            allowed_origin: "*",
            policy: Policy {
                platform_admins: {},
                require_verified_email: false,
                second_factors: true,
            },
            audience: "accounts",
            client_id: "accounts",
            signing_secret: None,
            link_secret: None,
            factor_secret: None,
            passkey_domain: None,
            passkey_origins: [],
            cursor_secret: None,
            event_bus: None,
            mail_from: "accounts@example.com",
            mail_reply_to: None,
            mail_configuration_set: None,
            brand_name: "Accounts",
            brand_color: Color {
                red: 29,
                green: 78,
                blue: 216,
            },
            metrics: Metrics {
                stack: None,
            },
            limits: Limits {
                invitation_mails_per_member_and_hour: 5,
                invitation_mails_per_account_and_day: 200,
                mails_per_address_and_day: 20,
                invitation_mails_per_unproven_person_and_day: 10,
                accounts_per_owner: 100,
                sign_in_failures: 10,
                sign_in_failures_per_source: 100,
                sign_in_failure_window: 900,
                sign_ups_per_source_and_hour: 100,
                session_lifetime: 15552000,
                account_mails_per_address_and_hour: 5,
                invitation_lifetime: 604800,
                verification_lifetime: 86400,
                reset_lifetime: 3600,
            },
            purging: Purging {
                restore_window: 2592000,
                units_per_second: 500,
                expired_rows: true,
            },
        }"#]]
    .assert_eq(&format!("{:#?}", config(&[]).unwrap()));
}

#[test]
fn what_has_no_default_is_named_where_it_is_missing_or_empty() {
    for name in ["TABLE_NAME", "AWS_REGION"] {
        let error = config(&[(name, "")]).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("environment variable {name}: is not set")
        );
    }
}

#[test]
fn the_address_of_the_api_ends_as_the_partition_s_addresses_do() {
    let china = config(&[("URL_SUFFIX", "amazonaws.com.cn"), ("STAGE", "v1")]).unwrap();
    let expected = "https://a1b2.execute-api.eu-west-1.amazonaws.com.cn/v1";
    assert_eq!(china.base_url("a1b2"), expected);
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    let names = [
        "PUBLIC_URL",
        "APP_URL",
        "CORS_ALLOW_ORIGIN",
        "PLATFORM_ADMIN_EMAILS",
        "REQUIRE_VERIFIED_EMAIL",
        "INVITATION_DAYS",
    ];
    let empty = names.map(|name| (name, ""));
    let [empty, unset] = [config(&empty), config(&[])].map(|config| format!("{config:?}"));
    assert_eq!(empty, unset);
}

#[test]
fn limits_are_kept_in_seconds() {
    let limits = config(&[
        ("INVITATION_MAILS_PER_MEMBER_AND_HOUR", "1"),
        ("INVITATION_MAILS_PER_UNPROVEN_PERSON_AND_DAY", "9"),
        ("ACCOUNTS_PER_OWNER", "9"),
        ("SIGN_IN_FAILURES", "2"),
        ("SIGN_IN_FAILURES_PER_SOURCE", "7"),
        ("SIGN_UPS_PER_SOURCE_AND_HOUR", "9"),
        ("SESSION_MAX_DAYS", "10"),
        ("ACCOUNT_MAILS_PER_ADDRESS_AND_HOUR", "8"),
        ("SIGN_IN_FAILURE_MINUTES", "3"),
        ("INVITATION_DAYS", "4"),
        ("VERIFICATION_HOURS", "5"),
        ("RESET_HOURS", "6"),
    ]);
    expect![[r#"
        Limits {
            invitation_mails_per_member_and_hour: 1,
            invitation_mails_per_account_and_day: 200,
            mails_per_address_and_day: 20,
            invitation_mails_per_unproven_person_and_day: 9,
            accounts_per_owner: 9,
            sign_in_failures: 2,
            sign_in_failures_per_source: 7,
            sign_in_failure_window: 180,
            sign_ups_per_source_and_hour: 9,
            session_lifetime: 864000,
            account_mails_per_address_and_hour: 8,
            invitation_lifetime: 345600,
            verification_lifetime: 18000,
            reset_lifetime: 21600,
        }"#]]
    .assert_eq(&format!("{:#?}", limits.unwrap().limits));
}

#[test]
fn a_limit_that_is_no_number_from_one_on_is_named() {
    let names = [
        "INVITATION_MAILS_PER_MEMBER_AND_HOUR",
        "INVITATION_MAILS_PER_UNPROVEN_PERSON_AND_DAY",
        "SIGN_IN_FAILURES",
        "SIGN_IN_FAILURES_PER_SOURCE",
        "SIGN_UPS_PER_SOURCE_AND_HOUR",
        "SESSION_MAX_DAYS",
        "ACCOUNT_MAILS_PER_ADDRESS_AND_HOUR",
        "SIGN_IN_FAILURE_MINUTES",
        "INVITATION_DAYS",
        "VERIFICATION_HOURS",
        "RESET_HOURS",
    ];
    for name in names {
        for value in ["0", "-1", "1.5", "five", " 5", "9223372036854775807"] {
            let error = config(&[(name, value)]).unwrap_err().to_string();
            let expected = format!("environment variable {name}: `{value}` is not acceptable");
            assert_eq!(error, expected);
        }
    }
}

#[test]
fn the_largest_limit_does_not_overflow() {
    let config = config(&[("INVITATION_DAYS", "4294967295")]).unwrap();
    assert_eq!(config.limits.invitation_lifetime, 4_294_967_295 * 86_400);
}

#[test]
fn deleted_accounts_may_be_given_no_time_at_all_and_clearing_some_speed() {
    let none = config(&[("RESTORE_DAYS", "0"), ("CLEAR_EXPIRED_ROWS", "false")]).unwrap();
    assert_eq!(none.purging.restore_window, 0);
    assert!(!none.purging.expired_rows);
    for (name, value) in [("RESTORE_DAYS", "-1"), ("PURGE_UNITS_PER_SECOND", "0")] {
        let error = config(&[(name, value)]).unwrap_err().to_string();
        assert!(error.contains(name), "{error}");
    }
}

#[test]
fn a_switch_is_true_or_false() {
    let held = |value| config(&[("REQUIRE_VERIFIED_EMAIL", value)]);
    assert!(held("true").unwrap().policy.require_verified_email);
    assert!(!held("false").unwrap().policy.require_verified_email);
    for value in ["True", "yes", "1"] {
        let error = held(value).unwrap_err().to_string();
        assert!(error.contains("REQUIRE_VERIFIED_EMAIL"), "{error}");
    }
}

#[test]
fn an_address_of_ours_ends_without_a_slash() {
    let read = config(&[
        ("PUBLIC_URL", "https://api.example.com/"),
        ("APP_URL", "https://app.example.com/accounts//"),
    ])
    .unwrap();
    assert_eq!(read.public_url.unwrap(), "https://api.example.com");
    assert_eq!(read.app_url.unwrap(), "https://app.example.com/accounts");
}

#[test]
fn platform_administrators_are_known_by_a_verified_address_however_written() {
    let read = config(&[(
        "PLATFORM_ADMIN_EMAILS",
        " root@example.com, ADA@example.COM ,",
    )])
    .unwrap();
    assert_eq!(read.policy.platform_admins.len(), 2);
    let verified = User {
        verified: true,
        ..ada()
    };
    let other = User {
        email: email("bob@example.com"),
        ..verified.clone()
    };
    let admins = [verified, ada(), other].map(|user| read.policy.is_platform_admin(&user));
    assert_eq!(admins, [true, false, false]);
}

#[test]
fn an_administrator_that_is_no_address_is_named() {
    let error = config(&[("PLATFORM_ADMIN_EMAILS", "ada@example.com,root")]).unwrap_err();
    let error = error.to_string();
    assert!(
        error.starts_with("environment variable PLATFORM_ADMIN_EMAILS: `root`: "),
        "{error}"
    );
}

#[test]
fn an_unverified_address_is_held_back_only_where_that_is_asked_for() {
    let verified = User {
        verified: true,
        ..ada()
    };
    for (switch, expected) in [("false", [false, false]), ("true", [true, false])] {
        let config = config(&[("REQUIRE_VERIFIED_EMAIL", switch)]).unwrap();
        let held = [&ada(), &verified].map(|user| config.policy.requires_verification_of(user));
        assert_eq!(held, expected, "{switch}");
        let denied = [&ada(), &verified].map(|user| config.policy.require_verified(user).is_err());
        assert_eq!(denied, expected, "{switch}");
    }
}
