import type { Answer } from "./answer.ts";
import type { RestRequest } from "./router.ts";

const perPageDefault = 30;
const perPageLimit = 100;

/** Which part of a list the request asks for; nonsense counts as the default, as on GitHub. */
export function pageOf(query: URLSearchParams): { readonly page: number; readonly perPage: number } {
  const positive = (name: string, otherwise: number): number => {
    const value = Number(query.get(name));
    return Number.isInteger(value) && value > 0 ? value : otherwise;
  };
  return { page: positive("page", 1), perPage: Math.min(positive("per_page", perPageDefault), perPageLimit) };
}

/** One page of the list, with the Link header that leads to the others. `wrap` makes the body of the page's items. */
export function paged<Item>(
  request: RestRequest,
  items: readonly Item[],
  wrap: (page: readonly Item[], total: number) => unknown,
): Answer {
  const { page, perPage } = pageOf(request.query);
  const body = wrap(items.slice((page - 1) * perPage, page * perPage), items.length);
  const link = linkHeader(request, items.length);
  return { status: 200, json: body, ...(link === "" ? {} : { headers: { link } }) };
}

/** The Link header of a page: prev, next, last and first, as far as there are such pages. */
export function linkHeader(request: RestRequest, total: number): string {
  const { page, perPage } = pageOf(request.query);
  const last = Math.max(1, Math.ceil(total / perPage));
  const link = (to: number, relation: string): string => {
    const query = new URLSearchParams(request.query);
    query.set("page", String(to));
    return `<${request.address}?${query}>; rel="${relation}"`;
  };
  return [
    ...(page > 1 ? [link(Math.min(page - 1, last), "prev")] : []),
    ...(page < last ? [link(page + 1, "next"), link(last, "last")] : []),
    ...(page > 1 ? [link(1, "first")] : []),
  ].join(", ");
}
