//! OData over the table: the language of `$filter`, `$orderby` and their companions.
