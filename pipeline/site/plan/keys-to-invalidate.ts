import { isImmutable } from "../../bundle/site-headers.ts";
import type { ObservedSite } from "./observed-site.ts";
import type { ServedFile } from "./served-file.ts";
import type { Delete, Put } from "./site-plan.ts";

/**
 * What a cache in front of the bucket may have as it was before: whatever changes under a name that was there already, but
 * for files that never change under their name.
 */
export function keysToInvalidate(
  puts: readonly Put[],
  deletes: readonly Delete[],
  observed: ObservedSite,
): readonly string[] {
  const { record, objects } = observed;
  const isFixed = (key: string, file: ServedFile | undefined): boolean => {
    const was = record?.objects.get(key) ?? file;
    return was !== undefined && isImmutable(was) && (file === undefined || isImmutable(file));
  };
  const changed = puts.filter(({ key }) => objects.has(key) || record?.objects.has(key));
  const unfinished = [...(record?.unfinished?.objects ?? [])];
  const keys = [
    ...changed.filter(({ key, file }) => !isFixed(key, file)).map(({ key }) => key),
    ...deletes.filter(({ key }) => !isFixed(key, undefined)).map(({ key }) => key),
    ...unfinished.filter(([key, file]) => !isFixed(key, file)).map(([key]) => key),
    ...(record?.stale ?? []),
  ];
  return [...new Set(keys)].sort((a, b) => (a < b ? -1 : 1));
}
