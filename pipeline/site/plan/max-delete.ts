import { ActionError } from "../../kit/errors.ts";
import type { Delete } from "./site-plan.ts";
import type { SiteRecord } from "./site-record.ts";
import type { MaxDelete } from "./site-rules.ts";

/** Parses the input `max-delete`: `20` or `50%`. */
export function maxDelete(value: string): MaxDelete {
  const [, number, percent] = /^(\d+)(%?)$/.exec(value) ?? [];
  if (number === undefined || (percent === "%" && Number(number) > 100)) {
    throw new Error("must be a count such as 20, or a part of the site such as 50%");
  }
  return percent === "%" ? { percent: Number(number) } : { count: Number(number) };
}

/**
 * Refuses the whole plan, never a part of it, when it deletes more of what the site had until now than was allowed. A count
 * is of files that are deleted; a part is of what would be missing, so that pages which get other names are not: the site
 * has as many as before. What is taken over from others counts as the site's. Assets whose time is over are not counted: it was another sync that took them out of the site.
 */
export function refuseTooManyDeletes(
  { deletes, taken }: { readonly deletes: readonly Delete[]; readonly taken: readonly string[] },
  record: SiteRecord | undefined,
  wantedFiles: number,
  limit: MaxDelete | undefined,
): void {
  if (limit === undefined || deletes.length === 0) return;
  const had = [...(record?.objects ?? [])].filter(([, object]) => !object.unreferencedSince);
  const current = new Set([...had.map(([key]) => key), ...taken]);
  const leaving = deletes.filter(({ key }) => current.has(key));
  const isTooMuch =
    "count" in limit
      ? leaving.length > limit.count
      : Math.min(leaving.length, current.size - wantedFiles) >
        Math.floor((current.size * limit.percent) / 100);
  if (!isTooMuch) return;
  const named = "count" in limit ? `${limit.count}` : `${limit.percent}% of ${current.size}`;
  throw new ActionError(
    "TooManyDeletes",
    `this sync would delete ${leaving.length} files of the site, more than ${named}`,
    {
      hint: "check the input `source`; if it is right, allow it once: run this step with `max-delete: 100%`, and take that out again",
      details: {
        "would delete": leaving
          .slice(0, 10)
          .map(({ key }) => key)
          .join(", "),
      },
    },
  );
}
