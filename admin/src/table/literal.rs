//! The templates of the two updates that lead a stack to another table.

use serde_json::{Map, Value};

use super::LOGICAL;

/// What a template can ask of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) name: String,
    pub(super) arn: String,
    pub(super) stream_arn: String,
}

/// The template asks for something of the table that is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the stack's template asks for {LOGICAL}.{0}, which this command does not know")]
pub(super) struct Unknown(String);

/// The template of the first update: everything names the table that is `known`, and the old one leaves the stack.
pub(super) fn without_table(template: &Value, known: &Known) -> Result<Value, Unknown> {
    let mut template = known.put_into(template)?;
    let resources = template.get_mut("Resources").and_then(Value::as_object_mut);
    if let Some(resources) = resources {
        resources.shift_remove(LOGICAL);
        for resource in resources.values_mut() {
            independent(resource);
        }
    }
    Ok(template)
}

/// The template of the second update: the stack's own table is the one called `name`.
pub(super) fn with_table(template: &Value, name: &str) -> Value {
    let mut template = template.clone();
    template["Resources"][LOGICAL]["Properties"]["TableName"] = name.into();
    template
}

/// The name that the template gives its table. `None`: it has no table; an empty one where CloudFormation names it.
pub(super) fn table_of(template: &Value) -> Option<&str> {
    let table = template["Resources"].get(LOGICAL)?;
    Some(
        table["Properties"]["TableName"]
            .as_str()
            .unwrap_or_default(),
    )
}

/// Takes the table out of what `resource` waits for.
fn independent(resource: &mut Value) {
    let Some(resource) = resource.as_object_mut() else {
        return;
    };
    match resource.get_mut("DependsOn") {
        Some(Value::Array(names)) => names.retain(|name| name != LOGICAL),
        Some(name) if name == LOGICAL => {
            resource.shift_remove("DependsOn");
        }
        _ => {}
    }
}

impl Known {
    /// `value` with each mention of the table's resource replaced by what it stands for.
    fn put_into(&self, value: &Value) -> Result<Value, Unknown> {
        Ok(match value {
            Value::Object(map) => match single(map) {
                Some(("Ref", Value::String(name))) if name == LOGICAL => self.name.as_str().into(),
                Some(("Fn::GetAtt", attribute)) => match attribute_of(attribute) {
                    Some(name) => self.attribute(&name)?.into(),
                    None => value.clone(),
                },
                Some(("Fn::Sub", Value::String(text))) => Value::Object(
                    [("Fn::Sub".to_owned(), self.put_into_text(text)?.into())]
                        .into_iter()
                        .collect(),
                ),
                Some(("Fn::Sub", Value::Array(parts))) => {
                    let mut parts = parts.clone();
                    let own = parts.get(1).and_then(|own| own.get(LOGICAL)).is_some();
                    if let (Some(Value::String(text)), false) = (parts.first_mut(), own) {
                        *text = self.put_into_text(text)?;
                    }
                    let parts: Result<Vec<_>, _> =
                        parts.iter().map(|part| self.put_into(part)).collect();
                    Value::Object(
                        [("Fn::Sub".to_owned(), parts?.into())]
                            .into_iter()
                            .collect(),
                    )
                }
                _ => {
                    let entries = map
                        .iter()
                        .map(|(key, entry)| Ok((key.clone(), self.put_into(entry)?)));
                    Value::Object(entries.collect::<Result<_, _>>()?)
                }
            },
            Value::Array(entries) => {
                let entries: Result<Vec<_>, _> =
                    entries.iter().map(|entry| self.put_into(entry)).collect();
                entries?.into()
            }
            scalar => scalar.clone(),
        })
    }

    /// The text of a `Fn::Sub`, with `${Table}` and `${Table.Arn}` replaced.
    fn put_into_text(&self, text: &str) -> Result<String, Unknown> {
        let whole = format!("${{{LOGICAL}}}");
        let attribute = format!("${{{LOGICAL}.");
        let text = text.replace(&whole, &self.name);
        let mut parts = text.split(&attribute);
        let mut replaced = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (name, rest) = part.split_once('}').unwrap_or((part, ""));
            replaced.push_str(self.attribute(name)?);
            replaced.push_str(rest);
        }
        Ok(replaced)
    }

    fn attribute(&self, name: &str) -> Result<&str, Unknown> {
        match name {
            "Arn" => Ok(&self.arn),
            "StreamArn" => Ok(&self.stream_arn),
            other => Err(Unknown(other.to_owned())),
        }
    }
}

/// The attribute of the table that a `Fn::GetAtt` asks for. `None`: it is of another resource.
fn attribute_of(argument: &Value) -> Option<String> {
    let path = match argument {
        Value::String(path) => path.clone(),
        Value::Array(parts) => {
            let parts: Option<Vec<_>> = parts.iter().map(Value::as_str).collect();
            parts?.join(".")
        }
        _ => return None,
    };
    let (resource, attribute) = path.split_once('.')?;
    (resource == LOGICAL).then(|| attribute.to_owned())
}

fn single(map: &Map<String, Value>) -> Option<(&str, &Value)> {
    let mut entries = map.iter();
    let (name, value) = entries.next()?;
    entries.next().is_none().then_some((name.as_str(), value))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn known() -> Known {
        Known {
            name: "restored".into(),
            arn: "arn:table/restored".into(),
            stream_arn: "arn:table/restored/stream/1".into(),
        }
    }

    #[test]
    fn each_mention_of_the_table_is_what_it_stands_for() {
        for (mention, stands_for) in [
            (json!({ "Ref": "Table" }), json!("restored")),
            (
                json!({ "Fn::GetAtt": ["Table", "Arn"] }),
                json!("arn:table/restored"),
            ),
            (
                json!({ "Fn::GetAtt": "Table.StreamArn" }),
                json!("arn:table/restored/stream/1"),
            ),
            (
                json!({ "Fn::Sub": "${Table}: ${Table.Arn}/index/*, ${Table.StreamArn}" }),
                json!({ "Fn::Sub": "restored: arn:table/restored/index/*, arn:table/restored/stream/1" }),
            ),
            (
                json!({ "Fn::Sub": ["${Table} ${x}", { "x": { "Ref": "Table" } }] }),
                json!({ "Fn::Sub": ["restored ${x}", { "x": "restored" }] }),
            ),
            (
                json!({ "a": [{ "Ref": "Table" }, 1, null] }),
                json!({ "a": ["restored", 1, null] }),
            ),
        ] {
            assert_eq!(known().put_into(&mention), Ok(stands_for));
        }
    }

    #[test]
    fn what_is_not_about_the_table_stays() {
        for value in [
            json!({ "Ref": "TableRole" }),
            json!({ "Fn::GetAtt": ["TableRole", "Arn"] }),
            json!({ "Fn::GetAtt": "TableRole.Arn" }),
            json!({ "Fn::Sub": "${TableRole.Arn} ${!Table} ${AWS::Region}" }),
            json!({ "Fn::Sub": ["${Table}", { "Table": "its own" }] }),
            json!({ "Ref": "Table", "another": "key" }),
            json!("Table ${Table}"),
        ] {
            assert_eq!(known().put_into(&value), Ok(value.clone()));
        }
    }

    #[test]
    fn an_attribute_that_is_not_known_is_refused() {
        let asked = json!({ "Fn::GetAtt": ["Table", "TableId"] });
        assert_eq!(known().put_into(&asked), Err(Unknown("TableId".into())));
        let asked = json!({ "Fn::Sub": "${Table.TableId}" });
        assert_eq!(known().put_into(&asked), Err(Unknown("TableId".into())));
    }

    #[test]
    fn nothing_of_the_projects_template_depends_on_the_table_in_between() {
        let template = template::parse(include_str!("../../../template.yaml")).unwrap();
        assert_eq!(table_of(&template), Some(""));
        let between = without_table(&template, &known()).unwrap();
        assert_eq!(table_of(&between), None);
        let text = between.to_string();
        for mention in ["{\"Ref\":\"Table\"}", "[\"Table\",", "${Table}", "${Table."] {
            assert!(template.to_string().contains(mention), "{mention}");
            assert!(!text.contains(mention), "{mention}");
        }
        let count = |template: &Value| template["Resources"].as_object().unwrap().len();
        assert_eq!(count(&between) + 1, count(&template));
        assert_eq!(between["Parameters"], template["Parameters"]);

        let after = with_table(&template, "restored");
        assert_eq!(table_of(&after), Some("restored"));
        let mut nameless = after;
        let properties = &mut nameless["Resources"]["Table"]["Properties"];
        properties
            .as_object_mut()
            .unwrap()
            .shift_remove("TableName");
        assert_eq!(nameless, template);
    }

    #[test]
    fn what_waits_for_the_table_waits_no_longer() {
        let template = json!({ "Resources": {
            "Table": {}, "A": { "DependsOn": "Table" }, "B": { "DependsOn": ["A", "Table"] }, "C": { "DependsOn": "A" },
        } });
        let expected = json!({ "Resources": {
            "A": {}, "B": { "DependsOn": ["A"] }, "C": { "DependsOn": "A" },
        } });
        assert_eq!(without_table(&template, &known()), Ok(expected));
    }

    /// Templates with and without mentions of the table, and the same with what these stand for.
    fn pairs() -> impl Strategy<Value = (Value, Value)> {
        let same = |value: Value| (value.clone(), value);
        let leaf = prop_oneof![
            Just(same(json!(null))),
            any::<i32>().prop_map(move |number| same(json!(number))),
            "[a-z${}.]{0,8}".prop_map(move |text| same(json!(text))),
            Just(same(json!({ "Ref": "Other" }))),
            Just((json!({ "Ref": "Table" }), json!("restored"))),
            Just((
                json!({ "Fn::GetAtt": ["Table", "Arn"] }),
                json!("arn:table/restored")
            )),
            Just((
                json!({ "Fn::Sub": "<${Table.Arn}>" }),
                json!({ "Fn::Sub": "<arn:table/restored>" })
            )),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            let list = proptest::collection::vec(inner.clone(), 0..5).prop_map(|pairs| {
                let (asked, stands): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
                (json!(asked), json!(stands))
            });
            let map =
                proptest::collection::btree_map("[a-z]{1,6}", inner, 0..5).prop_map(|pairs| {
                    let of = |take: fn(&(Value, Value)) -> Value| {
                        let entries = pairs.iter().map(|(key, pair)| (key.clone(), take(pair)));
                        Value::Object(entries.collect())
                    };
                    (of(|pair| pair.0.clone()), of(|pair| pair.1.clone()))
                });
            prop_oneof![list, map]
        })
    }

    proptest! {
        #[test]
        fn a_mention_is_replaced_wherever_it_is((template, expected) in pairs()) {
            prop_assert_eq!(known().put_into(&template), Ok(expected));
        }
    }
}
