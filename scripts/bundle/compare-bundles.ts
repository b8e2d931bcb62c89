/** How two sets of bundles differ, one line per file; empty when they are the same bytes. */
export function compareBundles(
  made: ReadonlyMap<string, Uint8Array>,
  committed: ReadonlyMap<string, Uint8Array>,
): string[] {
  const names = [...new Set([...made.keys(), ...committed.keys()])].sort();
  return names.flatMap((name) => {
    const [ours, theirs] = [made.get(name), committed.get(name)];
    if (ours === undefined) return [`actions/dist/${name} is left over`];
    if (theirs === undefined) return [`actions/dist/${name} is missing`];
    return Buffer.compare(ours, theirs) === 0 ? [] : [`actions/dist/${name} differs`];
  });
}
