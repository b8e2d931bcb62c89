/** The pattern of IAM's `*` and `?`. Throws a plain Error for policy variables, which this stand-in does not fill in. */
export function wildcard(pattern: string, flags: "i" | ""): RegExp {
  if (pattern.includes("${")) {
    throw new Error(`policy variables such as "${pattern}" are not supported by this stand-in`);
  }
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, `${flags}s`);
}
