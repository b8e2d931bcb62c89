import { buffer } from "node:stream/consumers";
import { ZipFile } from "yazl";

/** Contents by name; a mode other than that of a plain file where it matters. */
export type Files = Readonly<Record<string, string | { readonly content: string; readonly mode: number }>>;

/** A small application that answers `/` with JSON: its version, and whatever `answer` adds. */
export function app(version: string, body = ""): Files {
  return {
    Procfile: "web: node server.mjs\n",
    "server.mjs": `import http from "node:http";
console.log("starting ${version}");
${body}
const server = http.createServer((request, response) => {
  if (request.url === "/fail") return response.writeHead(500).end();
  const { url, headers } = request;
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ version: "${version}", pid: process.pid, url, headers, env: process.env }));
});
server.listen(process.env.PORT, "127.0.0.1");
`,
  };
}

export async function zip(files: Files): Promise<Buffer> {
  const archive = new ZipFile();
  for (const [name, file] of Object.entries(files)) {
    const { content, mode } = typeof file === "string" ? { content: file, mode: 0o100644 } : file;
    archive.addBuffer(Buffer.from(content), name, { mode });
  }
  archive.end();
  return buffer(archive.outputStream as NodeJS.ReadableStream);
}
