/** Above this, paths are collapsed: a wildcard counts as one of the 1,000 that are free each month. */
const mostPaths = 30;
/** CloudFront takes 15 at once for each distribution; a few are left to others. */
const mostWildcards = 10;

/**
 * The paths under which caches may have these keys: a page of a folder also has the folder's own. Where they are too many,
 * the deepest folders that are few enough stand for what is in them, at last the whole site.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/invalidation-specifying-objects.html
 */
export function invalidationPaths(stale: Iterable<string>, prefix: string): readonly string[] {
  const [given, keys] = [[...stale].filter(isPath), [...stale].filter((one) => !isPath(one))];
  return unique([...pathsOfAll(keys, prefix), ...given]);
}

/** What a sync is told to have forgotten besides its keys is a path already. */
function isPath(stale: string): boolean {
  return stale.startsWith("/");
}

function pathsOfAll(keys: readonly string[], prefix: string): readonly string[] {
  const paths = unique(keys.flatMap((key) => pathsOf(prefix + key)));
  if (paths.length <= mostPaths) return paths;
  const deepest = Math.max(...paths.map((path) => path.split("/").length - 2));
  for (let depth = deepest; depth > 0; depth -= 1) {
    const collapsed = unique(paths.map((path) => folderAt(path, depth)));
    const wildcards = collapsed.filter((path) => path.endsWith("*")).length;
    if (wildcards <= mostWildcards && collapsed.length <= mostPaths) return collapsed;
  }
  return [`/${encoded(prefix)}*`];
}

function pathsOf(key: string): readonly string[] {
  const path = `/${encoded(key)}`;
  return path.endsWith("/index.html") ? [path.slice(0, -"index.html".length), path] : [path];
}

/**
 * What no path of the prefix is beyond, up to its first character that CloudFront might see otherwise: for when it refuses
 * others.
 */
export function widestPath(prefix: string): string {
  return `/${/^[\w./-]*/.exec(prefix)?.[0] ?? ""}*`;
}

/** RFC 1738 calls `~` unsafe, which `encodeURI` does not; CloudFront refuses it, and has been seen to refuse `'`. */
function encoded(key: string): string {
  return encodeURI(key).replace(
    /[?#*~']/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The wildcard of the folder of this depth that the path is in; the path itself where it lies higher. */
function folderAt(path: string, depth: number): string {
  const parts = path.split("/");
  return parts.length - 2 < depth ? path : `${parts.slice(0, depth + 1).join("/")}/*`;
}

function unique(paths: readonly string[]): readonly string[] {
  return [...new Set(paths)].sort((a, b) => (a < b ? -1 : 1));
}
