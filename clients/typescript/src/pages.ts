import type { Answer, Init } from "./types.js";

/** A page of a list, as every list answers one. */
export interface Page<Item> {
  value: Item[];
  nextLink: string | null;
}

/**
 * The pages of a list, each asked for when it is needed.
 *
 * Only the query of `nextLink` is used: the token goes to the client's own address, whatever the link says.
 */
export async function* pagesFrom(
  get: (init: Init) => Promise<Answer<unknown>>,
  init: Init = {},
): AsyncGenerator<Page<unknown>, void, undefined> {
  let next: Init | null = init;
  while (next !== null) {
    const { data } = await get(next);
    const page = data as Page<unknown>;
    yield page;
    next = page.nextLink === null ? null : { ...init, params: { ...init.params, query: queryOf(page.nextLink) } };
  }
}

function queryOf(link: string): Record<string, string> {
  const start = link.indexOf("?");
  return Object.fromEntries(new URLSearchParams(start < 0 ? "" : link.slice(start + 1)));
}
