// What a release of the pipeline itself needs, and the tags that it gets: pure.

export interface ReleaseFacts {
  /** As it was asked for. */
  readonly version: string;
  readonly branch: string;
  /** What git says is changed or not known to it; [] for a clean tree. */
  readonly changed: readonly string[];
  readonly tags: readonly string[];
  /** Of package.json. */
  readonly packageVersion: string;
  readonly changelog: string;
}

export type ReleasePlan =
  | { readonly problems: readonly string[] }
  | {
      /** Stays where it is for ever. */
      readonly tag: string;
      /** Moves along: what `uses: …@v1` follows. */
      readonly moving: string;
      /** What users notice, out of the changelog. */
      readonly notes: string;
    };

/** Each problem says what to do. No problems: the tags, and their notes. */
export function planRelease(facts: ReleaseFacts): ReleasePlan {
  const { version, branch, changed, tags, packageVersion, changelog } = facts;
  const parts = numbersOf(version);
  if (parts === undefined) return { problems: [`"${version}" is no version: give one such as 1.4.0`] };
  const problems: string[] = [];
  if (branch !== "main") problems.push(`"${branch}" is checked out: releases are made of main`);
  if (changed.length > 0)
    problems.push(`the tree is not clean: commit or put away ${changed.slice(0, 3).join(", ")}`);
  const newest = newestOf(tags);
  if (newest !== undefined && compare(parts, newest) <= 0)
    problems.push(`"${version}" does not come after ${newest.join(".")}, which is tagged: give a higher one`);
  if (packageVersion !== version)
    problems.push(
      `package.json says ${packageVersion}: run npm version ${version} --no-git-tag-version, and commit`,
    );
  const notes = sectionOf(changelog, version);
  if (notes === undefined)
    problems.push(
      `CHANGELOG.md has no "## ${version} - <date>": give what is under "Unreleased" that heading, and commit`,
    );
  else if (notes === "")
    problems.push(`CHANGELOG.md says nothing under "${version}": say what users will notice`);
  if (sectionOf(changelog, "Unreleased"))
    problems.push(
      'CHANGELOG.md has something under "Unreleased" still: it goes into the release, or waits on a branch',
    );
  if (problems.length > 0) return { problems };
  return { tag: `v${version}`, moving: `v${parts[0]}`, notes: notes ?? "" };
}

type Numbers = readonly [number, number, number];

function numbersOf(version: string): Numbers | undefined {
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)$/.exec(version) ?? [];
  return patch === undefined ? undefined : [Number(major), Number(minor), Number(patch)];
}

function newestOf(tags: readonly string[]): Numbers | undefined {
  const all = tags.map((tag) => numbersOf(tag.replace(/^v/, ""))).filter((one) => one !== undefined);
  return all.sort(compare).at(-1);
}

function compare(a: Numbers, b: Numbers): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

/** What stands under `## <name>`; undefined where there is no such heading. */
function sectionOf(changelog: string, name: string): string | undefined {
  const lines = changelog.split("\n");
  const start = lines.findIndex((line) => line === `## ${name}` || line.startsWith(`## ${name} - `));
  if (start === -1) return undefined;
  const end = lines.findIndex((line, index) => index > start && line.startsWith("## "));
  return lines
    .slice(start + 1, end === -1 ? undefined : end)
    .join("\n")
    .trim();
}
