import { defineConfig } from "vite";

export default defineConfig({
  // Paths relative to the page: the site may live under a prefix of its bucket.
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: { target: "es2022", assetsInlineLimit: 0, sourcemap: false, reportCompressedSize: false },
  server: { host: "127.0.0.1" },
});
