// What axe finds and stays as it is: each with the stops, the rule, a part of the element's selector, and the reason.
const mail = "a mail is shown inside a page of the mail program, which has landmarks and headings of its own";
const rapidoc = "RapiDoc 9.3.8 writes this inside its shadow tree, where the page cannot reach it";
export const EXCEPTIONS = [
  { stops: /^mail /, rule: "landmark-one-main", target: /^html$/, reason: mail },
  { stops: /^mail /, rule: "page-has-heading-one", target: /^html$/, reason: mail },
  { stops: /^mail /, rule: "region", target: /./, reason: mail },
  { stops: /^reference/, rule: "landmark-unique", target: /^rapi-doc \.nav-bar$/, reason: rapidoc },
  { stops: /^reference/, rule: "label", target: /^rapi-doc api-request /, reason: rapidoc },
];

/** States of pages where the walk does not stop, with the reason. */
export const UNREACHED = {
  "invitation loading": "is shown until the API answers",
  "security failed": "that page says what is wrong beside its forms",
  "nowhere failed": "nothing on that page asks the API",
};
