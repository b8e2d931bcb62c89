/** What EB runs in an environment that was created without a version. */
export const sampleLabel = "Sample Application";

export const sampleFiles: Readonly<Record<string, string>> = {
  Procfile: "web: node app.js\n",
  "app.js": `const http = require("node:http");
const page = "<!doctype html><title>Congratulations</title><h1>Congratulations</h1><p>Your environment is running.</p>";
http
  .createServer((request, response) => response.writeHead(200, { "content-type": "text/html" }).end(page))
  .listen(process.env.PORT, "127.0.0.1");
`,
};
