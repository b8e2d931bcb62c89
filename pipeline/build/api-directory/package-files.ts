// The files of the packages that travel with an API.
import { readdir, readFile, stat } from "node:fs/promises";
import { join, posix } from "node:path";
import type { BundledFile } from "./own-files.ts";
import type { PlacedPackage } from "./package-layout.ts";

/** What node-gyp needs for nothing but the next compilation. */
const leftovers = /(^|\/)build\/(Release|Debug)\/(obj\.target|\.deps)$/;

/** Every file of a package, its own packages left out: they have places of their own. */
export async function packageFiles({ location, folder }: PlacedPackage): Promise<BundledFile[]> {
  const files: BundledFile[] = [];
  const walk = async (inside: string): Promise<void> => {
    const entries = await readdir(join(folder, inside), { withFileTypes: true });
    for (const entry of entries) {
      const path = posix.join(inside, entry.name);
      if (entry.isDirectory()) {
        if (path !== "node_modules" && !leftovers.test(path)) await walk(path);
      } else if (entry.isFile()) {
        const file = join(folder, path);
        const { mode } = await stat(file);
        files.push({
          name: `${location}/${path}`,
          mode: (mode & 0o111) === 0 ? 0o644 : 0o755,
          read: () => readFile(file),
        });
      }
    }
  };
  await walk("");
  return files;
}

/**
 * The commands of the packages at the top, as files in place of npm's links, which a bundle cannot hold: `npm start` and hooks
 * find them in node_modules/.bin.
 */
export async function commandFiles(packages: readonly PlacedPackage[]): Promise<BundledFile[]> {
  const commands = new Map<string, BundledFile>();
  for (const { location, folder, packageJson } of packages) {
    const isTop = location.lastIndexOf("node_modules/") === 0;
    if (!isTop || packageJson.bin === undefined) continue;
    const { bin } = packageJson;
    const own = location.slice("node_modules/".length);
    const named = typeof bin === "string" ? { [posix.basename(own)]: bin } : bin;
    for (const [command, target] of Object.entries(named)) {
      const program = posix.join("..", own, target);
      const head = (await readFile(join(folder, target), "latin1").catch(() => "")).slice(0, 100);
      const runner = /^#!.*\bnode\b/.test(head) ? "exec node " : "exec ";
      const script = `#!/bin/sh\n${runner}"$(dirname "$0")/${program}" "$@"\n`;
      const name = `node_modules/.bin/${command}`;
      if (!commands.has(name))
        commands.set(name, { name, mode: 0o755, read: async () => Buffer.from(script) });
    }
  }
  return [...commands.values()];
}
