/**
 * The file with which a thread or another process of an action begins: `<name>.ts` beside the module that starts it. Bundled, it is
 * `actions/dist/<name>.js`, and the module that starts it lies in `main/` or in `chunks/`. `moduleUrl` is its `import.meta.url`.
 */
export function ownProgram(moduleUrl: string, name: string): URL {
  if (moduleUrl.endsWith(".ts")) return new URL(`./${name}.ts`, moduleUrl);
  return new URL(/\/(?:chunks|main)\/[^/]+$/.test(moduleUrl) ? `../${name}.js` : `./${name}.js`, moduleUrl);
}
