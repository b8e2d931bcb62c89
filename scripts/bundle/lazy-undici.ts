import type { Plugin } from "esbuild";

/**
 * The Actions toolkit imports undici for requests through a proxy. Loading it costs as much as all the rest of an action,
 * so it is loaded with the first request through one; else Node's own fetch, which is undici too, does the same.
 */
export const lazyUndici: Plugin = {
  name: "lazy-undici",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^undici$/ }, ({ importer, resolveDir }) =>
      importer.includes("/node_modules/@actions/")
        ? { path: "undici", namespace: "lazy-undici", pluginData: resolveDir }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: "lazy-undici" }, ({ pluginData }) => ({
      resolveDir: pluginData as string,
      contents: `
        export class ProxyAgent {
          constructor(options) {
            this.open = async () => {
              const undici = await import("undici");
              this.dispatcher ??= new undici.ProxyAgent(options);
              return { fetch: undici.fetch, dispatcher: this.dispatcher };
            };
          }
        }
        export async function fetch(input, init) {
          if (!(init?.dispatcher instanceof ProxyAgent)) return globalThis.fetch(input, init);
          const proxy = await init.dispatcher.open();
          return proxy.fetch(input, { ...init, dispatcher: proxy.dispatcher });
        }`,
    }));
  },
};
