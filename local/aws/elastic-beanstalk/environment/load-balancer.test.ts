import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { DescribeEnvironmentHealthCommand } from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import { until } from "../../../../test/until.ts";
import { type ElasticBeanstalkFixture, policy, startElasticBeanstalk } from "../elastic-beanstalk-fixture.ts";

const server = (version: string) => `import http from "node:http";
const server = http.createServer((request, response) => {
  if (request.url === "/echo") { response.writeHead(201, { "x-seen": request.headers["content-length"] ?? "chunked" }); request.pipe(response); return; }
  if (request.url === "/slow") { response.write("first"); setTimeout(() => response.end(" last ${version}"), 600); return; }
  if (request.url === "/endless") { response.write("first"); return; }
  if (request.url === "/cookies") { response.setHeader("set-cookie", ["a=1", "b=2"]); response.end(); return; }
  if (request.url === "/reset") { request.socket.destroy(); return; }
  if (request.url === "/teapot") { response.writeHead(418, "Short and stout", { "content-type": "text/x" }).end(); return; }
  response.end(JSON.stringify({ version: "${version}", pid: process.pid, headers: request.headers }));
});
server.on("upgrade", (request, socket) => {
  socket.write("HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: echo\\r\\nConnection: Upgrade\\r\\n\\r\\n");
  socket.pipe(socket);
});
server.keepAliveTimeout = 40;
server.listen(process.env.PORT, "127.0.0.1");
`;

describe("the load balancer", () => {
  let fixture: ElasticBeanstalkFixture;
  let url: string;
  before(async () => {
    fixture = await startElasticBeanstalk();
    for (const version of ["v1", "v2"]) {
      await fixture.version(version, { Procfile: "web: node server.mjs", "server.mjs": server(version) });
    }
    await fixture.environment("main", "v1", policy("Immutable"));
    url = fixture.eb.url("main") ?? "";
  });
  after(() => fixture.close());

  it("takes turns", async () => {
    const pids: number[] = [];
    for (let index = 0; index < 4; index += 1) {
      pids.push(((await (await fetch(url)).json()) as { pid: number }).pid);
    }
    expect(new Set(pids.slice(0, 2)).size).equals(2);
    expect(pids.slice(2)).deep.equals(pids.slice(0, 2));
  });

  it("keeps Host and adds who asked", async () => {
    const call = request(url, {
      headers: { host: "udagram.example:1234", "x-forwarded-for": "203.0.113.7" },
    });
    call.end();
    const [response] = (await once(call, "response")) as [import("node:http").IncomingMessage];
    const { headers } = JSON.parse(await text(response)) as { headers: Record<string, string> };
    expect(headers).includes({
      host: "udagram.example:1234",
      "x-forwarded-for": "203.0.113.7, 127.0.0.1",
      "x-forwarded-proto": "http",
      "x-forwarded-port": new URL(url).port,
      "x-real-ip": "127.0.0.1",
    });
  });

  it("names itself as Host where a request of HTTP/1.0 has none, which the application could not take", async () => {
    const { port } = new URL(url);
    const socket = connect(Number(port), "127.0.0.1");
    socket.write("GET / HTTP/1.0\r\n\r\n");
    const answer = await text(socket);
    expect(answer).match(/^HTTP\/1\.1 200 /);
    expect(answer).includes(`"host":"127.0.0.1:${port}"`);
  });

  it("passes bodies, statuses and repeated headers through, and calls itself nginx", async () => {
    const body = "x".repeat(300_000);
    const echoed = await fetch(`${url}/echo`, { method: "POST", body });
    expect(echoed.status).equals(201);
    expect(echoed.headers.get("x-seen")).equals("300000");
    expect(await echoed.text()).equals(body);
    const cookies = await fetch(`${url}/cookies`);
    expect(cookies.headers.getSetCookie()).deep.equals(["a=1", "b=2"]);
    expect(cookies.headers.get("server")).equals("nginx");
    const teapot = await fetch(`${url}/teapot`);
    expect([teapot.status, teapot.statusText]).deep.equals([418, "Short and stout"]);
    const head = await fetch(`${url}/teapot`, { method: "HEAD" });
    expect(head.status).equals(418);
  });

  it("streams: the beginning of an answer arrives before its end", async () => {
    const response = await fetch(`${url}/endless`);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).equals("first");
    await reader.cancel();
  });

  it("does not lose requests to connections that the application closes while idle", async () => {
    for (let index = 0; index < 12; index += 1) {
      expect((await fetch(url)).status).equals(200);
      await new Promise((resolve) => setTimeout(resolve, 38 + (index % 5)));
    }
  });

  it("passes upgraded connections through", async () => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
    const [first] = (await once(socket, "data")) as [Buffer];
    expect(first.toString()).contains("101 Switching Protocols");
    socket.write("hello");
    const [second] = (await once(socket, "data")) as [Buffer];
    expect(second.toString()).equals("hello");
    socket.destroy();
  });

  it("answers 502 where the application breaks off", async () => {
    const response = await fetch(`${url}/reset`);
    expect(response.status).equals(502);
    expect(await response.text()).contains("<center><h1>502 Bad Gateway</h1></center>");
  });

  it("lets instances that leave finish their requests", async () => {
    const begun = await fetch(`${url}/slow`);
    await fixture.update("main", { label: "v2" });
    expect(await begun.text()).equals("first last v1");
    expect(((await (await fetch(url)).json()) as { version: string }).version).equals("v2");
  });

  it("counts requests by status", async () => {
    for (let index = 0; index < 12; index += 1) await fetch(`${url}/teapot`);
    const { ApplicationMetrics } = await fixture.client.send(
      new DescribeEnvironmentHealthCommand({
        EnvironmentName: "main",
        AttributeNames: ["ApplicationMetrics"],
      }),
    );
    expect(ApplicationMetrics?.StatusCodes?.Status4xx).at.least(12);
    expect(ApplicationMetrics?.Latency?.P99).a("number");
  });

  it("answers 502 when no instance is healthy", async () => {
    fixture.eb.faults.add({ kind: "failing-health", environment: "main", instances: "all" });
    const status = async () => (await fetch(url)).status;
    await until(async () => (await status()) === 502);
    fixture.eb.faults.clear();
    await until(async () => (await status()) === 200);
  });
});
