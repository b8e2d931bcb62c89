import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";

interface MediaType {
  readonly extensions?: readonly string[];
}

/**
 * Only media types with a file extension can be found by a file's name; the other three quarters of the database are what
 * an action would spend most of its start on.
 */
export const slimMimeDb: Plugin = {
  name: "slim-mime-db",
  setup({ onLoad }) {
    onLoad({ filter: /\/node_modules\/mime-db\/db\.json$/ }, ({ path }) => {
      const all = JSON.parse(readFileSync(path, "utf8")) as Record<string, MediaType>;
      const named = Object.entries(all).filter(([, { extensions }]) => extensions !== undefined);
      return { contents: JSON.stringify(Object.fromEntries(named)), loader: "json" };
    });
  },
};
