//! Values from the edges of the rules: one that is taken and one that is refused on each side.

use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp};

/// Sends a body with each text; those marked are taken.
async fn hold(
    cases: &[(String, bool)],
    mut send: impl AsyncFnMut(usize, &str) -> crate::support::Answer,
    pointer: &str,
) {
    for (index, (text, taken)) in cases.iter().enumerate() {
        let answer = send(index, text).await;
        if *taken {
            assert!(answer.status.is_success(), "{text:?}: {answer:#?}");
        } else {
            let found = answer.mistakes();
            assert!(found[0].starts_with(pointer), "{text:?}: {found:?}");
            assert_eq!(found.len(), 1, "{text:?}: {found:?}");
        }
    }
}

fn cases(taken: &[&str], refused: &[&str]) -> Vec<(String, bool)> {
    let taken = taken.iter().map(|text| ((*text).to_owned(), true));
    let refused = refused.iter().map(|text| ((*text).to_owned(), false));
    taken.chain(refused).collect()
}

#[tokio::test]
async fn account_names() {
    let app = TestApp::start().await;
    let ada = app.owner_of("Acme").await.owner;
    let (longest, too_long) = ("é".repeat(100), "é".repeat(101));
    let padded = format!("  {}\t", "ü".repeat(100));
    let taken = [
        "A",
        "1a",
        "1 2",
        ".a",
        "-",
        "sign up",
        "signup1",
        "Tab\there",
        "Łódź & Söhne",
        "李",
        "1½",
        "<script>alert(1)<script>",
        "'; DROP TABLE --",
        "{{7*7}}",
        &longest,
        &padded,
    ];
    let refused = [
        "",
        " ",
        "\t",
        "1",
        "0123",
        "١٢٣",
        "１２",
        "²",
        ".",
        "..",
        "…",
        "a/b",
        "a／b",
        "℀",
        "signup",
        " SignUp ",
        "ＳＩＧＮＵＰ",
        "a\0b",
        "a\u{1f}b",
        "a\nb",
        "a\u{7f}b",
        "a\u{85}b",
        "a\u{2028}b",
        "a\u{202e}b",
        "a\u{2066}b",
        "a\u{200b}b",
        "\u{feff}a",
        "a\u{378}b",
        "\u{e000}",
        "\u{3164}",
        "👩\u{200d}🚀 Inc",
        &too_long,
    ];
    hold(
        &cases(&taken, &refused),
        async |_, name| ada.post("/api/accounts", &json!({ "name": name })).await,
        "/name",
    )
    .await;
}

#[tokio::test]
async fn personal_names() {
    let app = TestApp::start().await;
    let ada = app.owner_of("Acme").await.owner;
    let (longest, too_long) = ("é".repeat(100), "é".repeat(101));
    let taken = [
        "A",
        " Ada ",
        "O'Neil",
        "علی\u{200C}رضا",
        "<b>",
        "12",
        "a/b",
        &longest,
    ];
    let refused = [
        "",
        " ",
        "\u{200d}",
        "A\0",
        "A\nB",
        "A\u{202e}",
        "A\u{200b}",
        &too_long,
    ];
    let all = cases(&taken, &refused);
    for name in ["firstName", "lastName"] {
        let send = async |_, text: &str| ada.patch("/api/users/me", &json!({ name: text })).await;
        hold(&all, send, &format!("/{name} INVALID_NAME")).await;
    }
}

#[tokio::test]
async fn addresses() {
    let app = TestApp::start().await;
    let acme = app.proven_owner_of("Acme").await;
    let local = |length: usize| format!("{}@example.com", "a".repeat(length));
    let whole = |length: usize| {
        // Labels have 63 bytes at most, and the part before the `@` has 64.
        let domain = format!("{0}.{0}.{1}.example", "d".repeat(60), "e".repeat(62));
        format!("{}@{domain}", "b".repeat(length - domain.len() - 1))
    };
    let label = |length: usize| format!("a@{}.example", "l".repeat(length));
    let taken = [
        "a@b.cd",
        "A.B+c@Example.COM",
        "!#$%&'*+-/=?^_`{|}~@x.example",
        "a@bücher.example",
        "a@xn--bcher-kva.de",
        "a@1.example",
        "n@c.de\n",
        " s@c.de",
        &local(64),
        &label(63),
        &whole(254),
    ];
    let refused = [
        "",
        "a",
        "@",
        "a@",
        "@b.cd",
        "a@b",
        "a@b@c.de",
        "a b@c.de",
        ".a@c.de",
        "a.@c.de",
        "a..b@c.de",
        "\"a\"@c.de",
        "a@[127.0.0.1]",
        "a@1.2.3.4",
        "a@-b.cd",
        "a@b-.cd",
        "a@b..cd",
        "a@.cd",
        "a@b_c.de",
        "é@c.de",
        "ａ@c.de",
        "a\0@c.de",
        "a@c\u{202e}.de",
        "a@xn--.de",
        "a@c.de,b@c.de",
        "<a@c.de>",
        &local(65),
        &label(64),
        &whole(255),
    ];
    let all = cases(&taken, &refused);
    hold(
        &all,
        async |_, email| {
            let body =
                json!({ "email": email, "firstName": "A", "lastName": "B", "roles": ["user"] });
            acme.owner.post(&acme.users(), &body).await
        },
        "/email INVALID_EMAIL",
    )
    .await;
}

#[tokio::test]
async fn passwords() {
    let app = TestApp::start().await;
    let (longest, too_long) = ("éàçü".repeat(32), format!("{}x", "éàçü".repeat(32)));
    let taken = ["12 45 78", "пароль-й", " ,.;:-  ", &longest];
    let refused = [
        "",
        "1234567",
        "ééééééé",
        "password",
        "PassWord",
        "   ,    ",
        "tab\tinside",
        "nul\0inside",
        &too_long,
    ];
    let send = async |index: usize, password: &str| {
        let body = json!({
            "email": format!("p{index}@example.com"), "password": password, "firstName": "A", "lastName": "B",
            "accountName": format!("P {index}"), "country": "GB",
        });
        app.post("/api/accounts/signup", &body).await
    };
    hold(&cases(&taken, &refused), send, "/password").await;
    let own = json!({
        "email": "Somebody@example.com", "password": "somebody@EXAMPLE.com", "firstName": "A", "lastName": "B",
        "accountName": "Own", "country": "GB",
    });
    let answer = app.post("/api/accounts/signup", &own).await;
    assert_eq!(answer.mistakes(), ["/password PASSWORD_TOO_WEAK"]);
    assert!(!answer.text.contains(PASSWORD));
}

#[tokio::test]
async fn descriptions_contacts_and_countries() {
    let app = TestApp::start().await;
    let acme = app.owner_of("Acme").await;
    let (longest, too_long) = ("é".repeat(1000), "é".repeat(1001));
    let tables: [(&str, Vec<(String, bool)>); 3] = [
        (
            "description",
            cases(
                &["", " ", "two\nlines\t", "\u{202e}", &longest],
                &["a\0", "a\u{1b}[2J", "a\u{85}", &too_long],
            ),
        ),
        (
            "primaryContact",
            cases(&["a@b.cd", "a@b.cd "], &["", "a", "a@b", "a @b.cd"]),
        ),
        (
            "country",
            cases(
                &["GB", "gb", "Gb"],
                &[
                    "", "XK", "G", "GBR", "ZZ", "UK", "AA", "XX", "G1", "ＧＢ", "ǅ", " GB",
                ],
            ),
        ),
    ];
    for (member, all) in tables {
        let send = async |_, text: &str| {
            let change: Value = json!({ member: text });
            acme.owner.put(&acme.path(), &change).await
        };
        hold(&all, send, &format!("/{member}")).await;
    }
}
