//! One account of a stack in a local one, with invented people.

use serde_json::Value;

use crate::generated::lines;
use crate::support::Site;
use local::Options;

fn member(line: &str, name: &str) -> Option<String> {
    let line: Value = serde_json::from_str(line).unwrap();
    line.get(name).map(ToString::to_string)
}

#[tokio::test]
async fn an_account_is_pulled_with_inventions_which_are_stable() {
    let options = || Options::memory().parameter("AccountsPerOwner", "10000");
    let from = Site::with(options()).await;
    let lines = lines(200, 21);
    from.import(&lines).await.done();
    let account = lines
        .lines()
        .filter(|line| line.contains(r#""type":"account""#))
        .find(|line| line.contains("description") && line.contains("primaryContact"))
        .unwrap();
    let id = member(account, "id").unwrap();
    let own = from.run(&["export", "--account", &id]).await.done();
    let mut pulled = Vec::new();
    for _ in 0..2 {
        let to = Site::with(options()).await;
        let arguments = ["pull", &id, "--anonymise", "--into", to.stack.url()];
        from.run(&arguments).await.done();
        pulled.push(to.run(&["export"]).await.done());
        let person = own
            .lines()
            .find(|line| line.contains("passwordReset") && !line.contains("suspended"))
            .unwrap();
        let email = format!("person-{}@example.com", member(person, "id").unwrap());
        let (status, _) = to.sign_in(&email, "a stand-in for the password").await;
        assert_eq!(status, 200, "{email}");
    }
    assert_eq!(pulled[0], pulled[1]);
    let names = [
        "email",
        "firstName",
        "lastName",
        "name",
        "description",
        "primaryContact",
    ];
    assert_eq!(pulled[0].lines().count(), own.lines().count());
    for (before, after) in own.lines().zip(pulled[0].lines()) {
        for name in names {
            let (before, after) = (member(before, name), member(after, name));
            assert_eq!(before.is_some(), after.is_some());
            assert!(before.is_none() || before != after, "{name} {before:?}");
        }
        for same in [
            "type",
            "id",
            "user",
            "account",
            "roles",
            "status",
            "createdAt",
            "country",
        ] {
            assert_eq!(member(before, same), member(after, same));
        }
    }
}
