import { useLayoutEffect } from "preact/hooks";
import type { PageName } from "./route.ts";

const lists: readonly PageName[] = ["feed", "mine"];
const positions = new Map<PageName, number>();

/** A page begins at its top; one comes back to a list where one left it. */
export function useScrollMemory(page: PageName): void {
  useLayoutEffect(() => {
    history.scrollRestoration = "manual";
    const top = lists.includes(page) ? (positions.get(page) ?? 0) : 0;
    scrollTo({ top, behavior: "instant" });
    const remember = (): void => void positions.set(page, scrollY);
    addEventListener("scroll", remember, { passive: true });
    return () => removeEventListener("scroll", remember);
  }, [page]);
}

/** The lists begin at their top the next time: there is something new. */
export function forgetScroll(): void {
  positions.clear();
}
