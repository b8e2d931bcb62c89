import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The licences of all packages among the inputs of a bundle, as their terms demand of whoever passes them on. */
export function licenceTexts(root: string, inputs: readonly string[]): string {
  const folders = new Set(
    inputs.flatMap((input) => /^(?:[^:]+:)?(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []),
  );
  const sections = [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(
      readFileSync(join(root, folder, "package.json"), "utf8"),
    ) as {
      name: string;
      version: string;
      license?: string;
    };
    const file = readdirSync(join(root, folder))
      .sort()
      .find((entry) => /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(entry));
    const text = file === undefined ? `Licence: ${license}` : readFileSync(join(root, folder, file), "utf8");
    return `${name} ${version}\n${"-".repeat(70)}\n${text.replaceAll("\r\n", "\n").trim()}\n`;
  });
  const intro = "What actions/dist contains besides this repository's own code, with the licences of each.\n";
  return [intro, ...sections.sort()].join("\n\n");
}
