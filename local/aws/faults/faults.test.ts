import { readFileSync } from "node:fs";
import { Agent } from "node:http";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { until } from "../../../test/until.ts";
import { failure, startTestAws, type TestAws } from "../aws-fixture.ts";
import { RequestLog } from "../request-log.ts";

const Bucket = "faults";

describe("switched-on faults", () => {
  let aws: TestAws;
  let s3: S3Client;
  before(async () => {
    aws = await startTestAws();
    s3 = aws.s3({ maxAttempts: 1 });
    await s3.send(new CreateBucketCommand({ Bucket }));
  });
  afterEach(() => aws.server.faults.clear());
  after(() => aws.stop());

  const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
  const exists = (Key: string) => aws.server.readObject(Bucket, Key) !== undefined;
  const outcomes = async (count: number, key: (index: number) => string): Promise<string> => {
    let text = "";
    for (let index = 0; index < count; index++) {
      text += await put(key(index)).then(
        () => ".",
        () => "x",
      );
    }
    return text;
  };

  it("answer with a status and code instead of acting, for what they name, so many times", async () => {
    const rule = {
      service: "s3",
      operation: "PutObject",
      key: "/a$",
      after: 1,
      times: 2,
      status: 503,
      code: "SlowDown",
    };
    aws.server.faults.add(rule);
    await put("b");
    expect(await outcomes(5, () => "a")).equal(".xx..");
    aws.server.faults.clear();
    aws.server.faults.add({ status: 503, code: "SlowDown" });
    expect(await failure(put("c"))).include({
      name: "SlowDown",
      status: 503,
      message: "Please reduce your request rate.",
    });
    expect(exists("c")).equal(false);
  });

  it("reset the connection before or after the effect", async () => {
    aws.server.faults.add({ drop: "before", key: "/before$" });
    aws.server.faults.add({ drop: "after", key: "/after$" });
    for (const key of ["before", "after"]) {
      const { message } = await failure(put(key));
      expect(message, key).match(/ECONNRESET|socket hang up|aborted/);
    }
    expect([exists("before"), exists("after")]).deep.equal([false, true]);
  });

  it("leave the connection usable where nobody read the body", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    aws.server.faults.add({
      operation: "PutObject",
      key: "/large$",
      times: 1,
      status: 503,
      code: "SlowDown",
    });
    const one = aws.s3({ maxAttempts: 1, requestHandler: { httpAgent: agent } });
    const large = new PutObjectCommand({ Bucket, Key: "large", Body: Buffer.alloc(6_000_000) });
    expect(await failure(one.send(large))).include({ name: "SlowDown" });
    const missing = new PutObjectCommand({ ...large.input, Bucket: "no-such-bucket" });
    expect(await failure(one.send(missing))).include({ name: "NoSuchBucket" });
    await one.send(large);
    expect(exists("large")).equal(true);
  });

  it("strike by a seeded probability, the same requests every time", async () => {
    const run = async () => {
      aws.server.faults.clear();
      aws.server.faults.add({ probability: 0.4, seed: 7, status: 500, code: "InternalError" });
      return outcomes(30, () => "p");
    };
    const first = await run();
    expect(first).match(/x/).match(/\./);
    expect(await run()).equal(first);
  });

  it("delay", async () => {
    aws.server.faults.add({ delayMs: 120 });
    const started = performance.now();
    await put("slow");
    expect(performance.now() - started).above(110);
  });

  it("hold a request before or after its effect, until they are removed or the client has gone", async () => {
    const rules = (["before", "after"] as const).map((hold) =>
      aws.server.faults.add({ hold, key: `/held-${hold}$` }),
    );
    const struck = async (): Promise<void> => {
      await until(() => aws.server.faults.list().every((rule) => rule.struck > 0));
    };
    const puts = [put("held-before"), put("held-after")];
    await struck();
    await until(() => exists("held-after"));
    expect(exists("held-before")).equal(false);
    for (const { id } of rules) aws.server.faults.remove(id);
    await Promise.all(puts);
    expect(exists("held-before")).equal(true);

    aws.server.faults.add({ hold: "before", key: "/gone$" });
    const leaving = new AbortController();
    const gone = failure(
      s3.send(new PutObjectCommand({ Bucket, Key: "gone", Body: "x" }), { abortSignal: leaving.signal }),
    );
    await struck();
    leaving.abort();
    await gone;
    await setTimeout(20);
    aws.server.faults.clear();
    await setTimeout(20);
    expect(exists("gone")).equal(false);
  });

  it("are switched over HTTP, checked, and kept over a restart", async () => {
    const url = `${aws.server.endpoint}/_local/faults`;
    const post = (body: unknown) => fetch(url, { method: "POST", body: JSON.stringify(body) });
    const [added] = (await (await post({ status: 400, code: "Throttling" })).json()) as { id: number }[];
    await aws.restart();
    s3 = aws.s3({ maxAttempts: 1 });
    expect(await failure(put("x"))).include({ name: "Throttling", status: 400 });
    const listed = (await (await fetch(url)).json()) as { struck: number }[];
    expect(listed[0]?.struck).equal(1);
    await fetch(`${url}/${added?.id}`, { method: "DELETE" });
    await put("x");
    const wrong = await post({ sttus: 500 });
    expect(wrong.status).equal(400);
    expect(((await wrong.json()) as { error: string }).error).contain('no field "sttus"');
    expect((await (await post({ status: 500 })).json()) as object).deep.equal({
      error: 'a fault rule needs both "status" and "code", or neither',
    });
    const page = await fetch(url, { method: "DELETE", headers: { origin: "http://evil.test" } });
    expect(page.status, "a web page may not").equal(403);
  });

  it("strike websites too", async () => {
    const site = await aws.server.startWebsite(Bucket, 0);
    aws.server.faults.add({ service: "s3-website", status: 503, code: "SlowDown", times: 1 });
    expect((await fetch(site.url)).status).equal(503);
    expect((await fetch(site.url)).status).equal(404);
  });
});

describe("the request log", () => {
  let aws: TestAws;
  before(async () => {
    aws = await startTestAws();
  });
  after(() => aws.stop());

  it("has a line for each request, and counts by operation", async () => {
    const s3 = aws.s3();
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "12345" }));
    await failure(s3.send(new GetObjectCommand({ Bucket, Key: "none" })));
    const lines = readFileSync(join(aws.directory, "requests.ndjson"), "utf8").trimEnd().split("\n");
    const [create, put, get] = lines.map((line) => JSON.parse(line));
    expect(create).include({ service: "s3", operation: "CreateBucket", target: Bucket, status: 200 });
    expect(put).include({
      operation: "PutObject",
      target: `${Bucket}/k`,
      method: "PUT",
      bytesIn: 5,
      status: 200,
    });
    expect(put.principal).equal("arn:aws:iam::000000000000:root");
    expect(get).include({ operation: "GetObject", status: 404, code: "NoSuchKey" });
    expect(get.time).match(/^\d{4}-\d\d-\d\dT.*Z$/);
    const counts = await (await fetch(`${aws.server.endpoint}/_local/requests`)).json();
    expect(counts).deep.equal({ "s3:CreateBucket": 1, "s3:GetObject": 1, "s3:PutObject": 1 });
  });

  it("starts a new file when it is full, and keeps the one before", () => {
    const log = new RequestLog(join(aws.directory, "rotated"), 1000);
    for (let index = 0; index < 30; index++) {
      log.write(
        {
          time: new Date().toISOString(),
          service: "s3",
          operation: { name: "GetObject", target: `b/${index}` },
          method: "GET",
          bytesIn: 0,
          principal: "",
          requestId: String(index),
        },
        { status: 200, ms: 1, bytesOut: 0, struck: false },
      );
    }
    log.close();
    const read = (name: string) =>
      readFileSync(join(aws.directory, "rotated", name), "utf8")
        .trimEnd()
        .split("\n");
    expect(read("requests.ndjson").length).below(8);
    expect(JSON.parse(read("requests.1.ndjson").at(-1) ?? "").requestId).match(/^\d+$/);
  });
});
