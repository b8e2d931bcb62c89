import { expect } from "chai";
import fc from "fast-check";
import { startApi, type TestApi } from "../testing/api.ts";

interface Parameter {
  readonly name: string;
  readonly in: string;
}

interface Described {
  readonly openapi: string;
  readonly paths: Record<
    string,
    Record<string, { operationId: string; parameters: Parameter[]; requestBody?: object }>
  >;
}

describe("the OpenAPI description", () => {
  let api: TestApi;
  let token: string;
  let description: Described;

  before(async () => {
    const settings = { LOGIN_FAILURES_PER_ADDRESS: "1000000", REGISTRATIONS_PER_ADDRESS: "1000000" };
    api = await startApi({ settings });
    token = await api.register("property@example.com");
    description = (await api.request("GET", "/api/v0/openapi.json")).body;
  });
  after(() => api.stop());

  it("is OpenAPI 3.1 with an id of its own for each operation, and describes every parameter of a path", () => {
    expect(description.openapi).to.equal("3.1.0");
    const ids = Object.values(description.paths).flatMap((item) =>
      Object.values(item).map((o) => o.operationId),
    );
    expect(ids).to.have.lengthOf.greaterThan(12);
    expect(new Set(ids).size).to.equal(ids.length);
    for (const [path, item] of Object.entries(description.paths)) {
      for (const operation of Object.values(item)) {
        const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
        const inPath = operation.parameters
          .filter((parameter) => parameter.in === "path")
          .map(({ name }) => name);
        expect(inPath, path).to.eql(named);
      }
    }
  });

  /** Values near those that a field expects, and any others. */
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.constantFrom(
      "property@example.com",
      "a password",
      "1",
      "-1",
      "9999999999",
      "a.png",
      "\0",
      "' OR 1=1 --",
      "../..",
    ),
    fc.emailAddress(),
    fc.uuid(),
  );
  const member = fc.oneof({ weight: 3, arbitrary: text }, { weight: 1, arbitrary: fc.jsonValue() });
  const body = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record(
        {
          email: member,
          password: member,
          newPassword: member,
          name: member,
          caption: member,
          url: member,
          upload: member,
          preview: member,
        },
        { requiredKeys: [] },
      ),
    },
    { weight: 1, arbitrary: fc.jsonValue() },
  );
  const headers = fc.dictionary(
    fc.constantFrom(
      "authorization",
      "accept",
      "x-forwarded-for",
      "x-forwarded-proto",
      "x-request-id",
      "origin",
      "range",
      "if-none-match",
    ),
    fc.string({ maxLength: 60 }).map((value) => value.replace(/[^\x20-\x7e]/g, "")),
  );

  it("holds for any request: every answer is a described one, none is a fault, and the service stays up", async () => {
    const operations = Object.entries(description.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
    );
    const request = fc.record({
      target: fc.constantFrom(...operations),
      values: fc.array(text, { minLength: 4, maxLength: 4 }),
      query: fc.dictionary(fc.constantFrom("limit", "cursor", "type", "size", "view", "once", "x"), text),
      isSignedIn: fc.boolean(),
      headers,
      body,
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ target, values, query, isSignedIn, headers, body }) => {
        let used = 0;
        const path = target.path.replace(
          /\{\w+\}/g,
          () => encodeURIComponent((values[used++] ?? "").toWellFormed()) || "x",
        );
        const search = new URLSearchParams(query).toString();
        const { status } = await api.request(
          target.method.toUpperCase(),
          search ? `${path}?${search}` : path,
          {
            headers,
            ...(isSignedIn ? { token } : {}),
            ...(target.operation.requestBody ? { body: JSON.stringify(body) } : {}),
          },
        );
        expect(status, `${target.method} ${path}`).to.be.lessThan(500);
      }),
      { numRuns: 600, endOnFailure: true },
    );
    expect((await api.request("GET", "/health")).status).to.equal(200);
  });
});
