import { useEffect, useState } from "preact/hooks";

export type PageName = "feed" | "mine" | "new" | "account" | "log-in" | "register" | "unknown";

export type Route = { readonly page: PageName } | { readonly page: "photo"; readonly id: number };

const pages: Readonly<Record<string, PageName>> = {
  "": "feed",
  "/": "feed",
  "/mine": "mine",
  "/new": "new",
  "/account": "account",
  "/log-in": "log-in",
  "/register": "register",
};

/** What the part of the address from `#` on stands for. */
export function parseRoute(hash: string): Route {
  const path = hash.replace(/^#/, "");
  const id = /^\/photo\/([1-9]\d{0,9})$/.exec(path)?.[1];
  if (id !== undefined) return { page: "photo", id: Number(id) };
  return { page: Object.hasOwn(pages, path) ? (pages[path] ?? "unknown") : "unknown" };
}

export function photoAddress(id: number): string {
  return `#/photo/${id}`;
}

export function go(hash: string): void {
  location.hash = hash;
}

/** Goes to another address in place of this one. */
export function replaceRoute(hash: string): void {
  location.replace(hash);
}

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const update = (): void => setHash(location.hash);
    addEventListener("hashchange", update);
    return () => removeEventListener("hashchange", update);
  }, []);
  return parseRoute(hash);
}

/** The feed has two addresses: the site's own, and the one that links to it have. */
function pageAddress(href: string): string {
  return href.replace(/#\/?$/, "");
}

/** Calls `onRevisit` when a link leads to where one is already: no event of the browser tells that. */
export function useRevisit(onRevisit: () => void): void {
  useEffect(() => {
    const click = ({ target }: MouseEvent): void => {
      const link = target instanceof Element ? target.closest("a") : null;
      if (link?.hash && pageAddress(link.href) === pageAddress(location.href)) onRevisit();
    };
    addEventListener("click", click);
    return () => removeEventListener("click", click);
  });
}
