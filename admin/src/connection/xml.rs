//! The XML of AWS's older protocols.

use roxmltree::{Document, Node};

use super::signed::Service;
use crate::Failure;

/// An answer of `service`.
pub(crate) fn read(service: Service, text: &str) -> Result<Document<'_>, Failure> {
    let read = Document::parse(text);
    read.map_err(|error| Failure::unreachable(service.name, &error))
}

/// The text of the first element `name` below `node`.
pub(crate) fn text<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    element(node, name)?.text()
}

/// The elements of the first list `name` below `node`.
pub(crate) fn members<'a, 'input>(
    node: Node<'a, 'input>,
    name: &str,
) -> impl Iterator<Item = Node<'a, 'input>> {
    let list = element(node, name);
    list.into_iter()
        .flat_map(|list| list.children().filter(Node::is_element))
}

fn element<'a, 'input>(node: Node<'a, 'input>, name: &str) -> Option<Node<'a, 'input>> {
    let mut below = node.descendants();
    below.find(|element| element.tag_name().name() == name)
}
