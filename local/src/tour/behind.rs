//! What happened in the stack since the last line.

use std::io::{self, Write};

use serde_json::Value;
use tokio::sync::broadcast::Receiver;

use crate::faults::Units;
use crate::requests::{Answered, Touched, TracedCall};
use crate::{Mail, Stack};

/// The place up to which everything was shown.
pub(super) struct Behind {
    request: u64,
    events: usize,
    mails: Receiver<Mail>,
}

impl Behind {
    pub(super) fn new(stack: &Stack) -> Self {
        Self {
            request: stack.requests().last(),
            events: stack.events().of(None).len(),
            mails: stack.caught_mails(),
        }
    }

    /// Shows the requests since the last call and, once the functions behind the table's stream have seen them, the changes and mails.
    pub(super) async fn show(
        &mut self,
        stack: &Stack,
        out: &mut (impl Write + Send),
    ) -> io::Result<()> {
        let requests = stack.requests().after(self.request);
        if requests.is_empty() {
            return Ok(());
        }
        self.request = stack.requests().last();
        for request in &requests {
            writeln!(out, "  {}", heading(request))?;
            for call in &request.calls {
                writeln!(out, "    {}", called(call))?;
                for item in &call.items {
                    writeln!(out, "      {}", touched(item))?;
                }
            }
        }
        stack.streams_read().await;
        let events = stack.events().of(None);
        // Newest first, as the console has them; here in the order in which they happened.
        let new = events.len().saturating_sub(self.events);
        for event in events[..new].iter().rev() {
            if event["source"] == "accounts" {
                writeln!(out, "  {}", change(&event["detail"]))?;
            }
        }
        self.events = events.len();
        while let Ok(mail) = self.mails.try_recv() {
            writeln!(out, "  mail to {}: {}", mail.to, mail.subject)?;
        }
        Ok(())
    }
}

fn heading(request: &Answered) -> String {
    let Answered {
        method,
        path,
        status,
        milliseconds,
        ..
    } = request;
    let code = request.code.as_deref().map(|code| format!(" {code}"));
    let function = request.function.as_deref().unwrap_or("API Gateway");
    let units = units(request.units.unwrap_or_default());
    format!(
        "{method} {path} {status}{}, {function}, {milliseconds} ms{units}",
        code.unwrap_or_default()
    )
}

fn called(call: &TracedCall) -> String {
    let error = call.error.as_deref().map(|error| format!(", {error}"));
    let (operation, units) = (&call.operation, units(call.units));
    format!("{operation}{units}{}", error.unwrap_or_default())
}

fn touched(item: &Touched) -> String {
    let Touched { action, key, .. } = item;
    let index = item.index.as_deref().map(|index| format!("{index}: "));
    let condition = item.condition.as_deref();
    let condition = condition.map(|condition| format!(" if {condition}"));
    format!(
        "{action} {}{key}{}",
        index.unwrap_or_default(),
        condition.unwrap_or_default()
    )
}

fn units(Units { read, write }: Units) -> String {
    let spent = [(read, "read"), (write, "write")];
    let spent = spent.map(|(units, kind)| {
        if units > 0.0 {
            format!(", {units} {kind} units")
        } else {
            String::new()
        }
    });
    spent.concat()
}

fn change(detail: &Value) -> String {
    let kind = detail["kind"].as_str().unwrap_or_default();
    let changed = detail["changes"].as_object().into_iter().flatten();
    let changed = changed.map(|(field, change)| {
        let (from, to) = (&change["from"], &change["to"]);
        format!("{field} from {from} to {to}")
    });
    let changed: Vec<_> = changed.collect();
    if changed.is_empty() {
        format!("change {kind}")
    } else {
        format!("change {kind}: {}", changed.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{change, heading, touched};
    use crate::faults::Units;
    use crate::requests::{Answered, Touched};

    #[test]
    fn a_request_an_item_and_a_change_are_one_line_each() {
        let request = Answered {
            method: "PUT".into(),
            path: "/api/accounts/42".into(),
            status: 412,
            code: Some("PRECONDITION_FAILED".into()),
            function: Some("AccountsFunction".into()),
            milliseconds: 7,
            units: Some(Units {
                read: 1.5,
                write: 0.0,
            }),
            ..Answered::default()
        };
        assert_eq!(
            heading(&request),
            "PUT /api/accounts/42 412 PRECONDITION_FAILED, AccountsFunction, 7 ms, 1.5 read units"
        );
        let item = Touched {
            action: "Put".into(),
            index: None,
            key: "USER#1 | USER".into(),
            condition: Some("attribute_not_exists(pk)".into()),
        };
        assert_eq!(
            touched(&item),
            "Put USER#1 | USER if attribute_not_exists(pk)"
        );
        let detail = json!({ "kind": "MemberChanged", "changes": { "roles": { "from": ["user"], "to": ["manage"] } } });
        assert_eq!(
            change(&detail),
            r#"change MemberChanged: roles from ["user"] to ["manage"]"#
        );
    }
}
