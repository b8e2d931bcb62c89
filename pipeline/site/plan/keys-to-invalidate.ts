import { isImmutable } from "../../bundle/site-headers.ts";
import type { ObservedSite } from "./observed-site.ts";
import type { ServedFile } from "./served-file.ts";
import type { Delete, Put } from "./site-plan.ts";

/**
 * What a cache in front of the bucket may have as it was before: whatever changes under its name, but for files that never
 * do. A name that is new may have been asked for already, and the cache then has the fallback page for it; not where the
 * bucket was empty, since errors stay for ten seconds only. Where anything changes, `besides` too: paths, from "/", as no key begins.
 */
export function keysToInvalidate(
  puts: readonly Put[],
  deletes: readonly Delete[],
  { record, objects }: Pick<ObservedSite, "record" | "objects">,
  besides: readonly string[] = [],
): readonly string[] {
  const wasEmpty = record === undefined && objects.size === 0;
  const isFixed = (key: string, file: ServedFile | undefined): boolean => {
    const was = record?.objects.get(key) ?? file;
    return was !== undefined && isImmutable(was) && (file === undefined || isImmutable(file));
  };
  const unfinished = [...(record?.unfinished?.objects ?? [])];
  const keys = [
    ...puts.filter(({ key, file }) => !wasEmpty && !isFixed(key, file)).map(({ key }) => key),
    ...deletes.filter(({ key }) => !isFixed(key, undefined)).map(({ key }) => key),
    ...unfinished.filter(([key, file]) => !isFixed(key, file)).map(([key]) => key),
    ...(record?.stale ?? []),
    ...(puts.length + deletes.length + unfinished.length > 0 ? besides : []),
  ];
  return [...new Set(keys)].sort((a, b) => (a < b ? -1 : 1));
}
