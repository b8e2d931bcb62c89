import { enableCompileCache } from "node:module";
const { RUNNER_TEMP, NODE_COMPILE_CACHE } = process.env;
if (RUNNER_TEMP && !NODE_COMPILE_CACHE) enableCompileCache(`${RUNNER_TEMP}/compile-cache`);
await import("./main/compatibility.js");
