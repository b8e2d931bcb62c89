import { builtinModules, isBuiltin } from "node:module";
import type { Plugin } from "esbuild";

const names = builtinModules.filter((name) => !name.startsWith("_") && !name.startsWith("node:"));

/**
 * Takes Node's own modules by function call instead of by import. An import of a built-in module reads each of its
 * exports, and some of node:http's are getters that load all of undici: a third of an action's start, for nothing.
 */
export const directBuiltins: Plugin = {
  name: "direct-builtins",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[a-z]/ }, ({ path }) =>
      isBuiltin(path) ? { path: path.replace(/^node:/, ""), namespace: "builtin" } : undefined,
    );
    onResolve({ filter: /^all$/, namespace: "builtin" }, () => ({ path: "all", namespace: "builtin" }));
    // Each names all the others, for a case that never comes, so that they share one chunk instead of having one each.
    onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({
      contents:
        path === "all"
          ? `exports.never = () => [${names.map((name) => `require("node:${name}")`).join()}];`
          : `module.exports = process.getBuiltinModule("node:${path}") ?? require("all");`,
    }));
  },
};
