import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";

/** In the page itself: it is for when no other file is found. */
const findRoot = readFileSync(new URL("src/find-root.js", import.meta.url), "utf8");
const findRootHash = createHash("sha256").update(findRoot).digest("base64");

/**
 * What the page may load and run: nothing but its own files and the one script in it, and photos and API answers from wherever config.json says the API
 * is. Only when built: Vite's development server puts styles and scripts into the page.
 */
const contentSecurityPolicy: Plugin = {
  name: "content-security-policy",
  apply: "build",
  transformIndexHtml: () => [
    {
      tag: "meta",
      injectTo: "head-prepend",
      attrs: {
        "http-equiv": "Content-Security-Policy",
        content: `default-src 'self'; script-src 'self' 'sha256-${findRootHash}'; connect-src *; img-src * blob:; base-uri 'none'; form-action 'none'; object-src 'none'`,
      },
    },
    { tag: "script", injectTo: "head-prepend", children: findRoot },
  ],
};

export default defineConfig({
  // Paths relative to the page: the site may live under a prefix of its bucket.
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [contentSecurityPolicy],
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    sourcemap: false,
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
    // Names that no reader takes for words: whoever serves them knows that they never change.
    rolldownOptions: { output: { hashCharacters: "hex" } },
  },
  server: { host: "127.0.0.1" },
});
