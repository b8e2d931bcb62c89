import { expect } from "chai";
import { decide, isPublic, type PolicyQuestion, parsePolicy } from "./policy.ts";

const ask = (statements: unknown, question: Partial<PolicyQuestion> = {}) =>
  decide([parsePolicy({ Version: "2012-10-17", Statement: statements })], {
    action: "s3:GetObject",
    resource: "arn:aws:s3:::b/k/x",
    conditions: {},
    subject: undefined,
    ...question,
  });

describe("policies", () => {
  it("match actions without case and resources with it, by * and ?", () => {
    const cases: [unknown, string][] = [
      [{ Effect: "Allow", Action: "s3:getobject", Resource: "*" }, "allow"],
      [{ Effect: "Allow", Action: "s3:Get*", Resource: "arn:aws:s3:::b/?/x" }, "allow"],
      [{ Effect: "Allow", Action: "*", Resource: "arn:aws:s3:::B/*" }, "none"],
      [{ Effect: "Allow", Action: "s3:Put*", Resource: "*" }, "none"],
      [{ Effect: "Allow", NotAction: "s3:Put*", Resource: "*" }, "allow"],
      [{ Effect: "Allow", Action: "*", NotResource: "arn:aws:s3:::b/k/*" }, "none"],
      [{ Effect: "Allow", Action: "*", Resource: "arn:aws:s3:::b.k/x" }, "none"],
      [
        [
          { Effect: "Allow", Action: "*", Resource: "*" },
          { Effect: "Deny", Action: "s3:*", Resource: "*" },
        ],
        "deny",
      ],
    ];
    for (const [statement, decision] of cases)
      expect(ask(statement), JSON.stringify(statement)).equal(decision);
  });

  it("hold conditions as IAM does, absent keys included", () => {
    const given = { "a:one": "x", "a:list": ["x", "y"], "a:number": "5", "a:flag": "true" };
    const cases: [unknown, boolean][] = [
      [{ StringEquals: { "A:One": ["w", "x"] } }, true],
      [{ StringEquals: { "a:one": "X" } }, false],
      [{ StringEqualsIgnoreCase: { "a:one": "X" } }, true],
      [{ StringLike: { "a:one": "?" } }, true],
      [{ StringNotEquals: { "a:one": "x" } }, false],
      [{ StringNotEquals: { "a:absent": "x" } }, true],
      [{ StringEquals: { "a:absent": "x" } }, false],
      [{ StringEqualsIfExists: { "a:absent": "x" } }, true],
      [{ Null: { "a:absent": "true" } }, true],
      [{ Null: { "a:one": "false", "a:absent": "true" } }, true],
      [{ Bool: { "a:flag": true } }, true],
      [{ NumericLessThan: { "a:number": "6" } }, true],
      [{ "ForAnyValue:StringEquals": { "a:list": "y" } }, true],
      [{ "ForAnyValue:StringEquals": { "a:absent": "y" } }, false],
      [{ "ForAllValues:StringEquals": { "a:list": "y" } }, false],
      [{ "ForAllValues:StringEquals": { "a:absent": "y" } }, true],
      [{ StringEquals: { "a:one": "x" }, Bool: { "a:flag": "false" } }, false],
    ];
    for (const [Condition, holds] of cases) {
      const decision = ask({ Effect: "Allow", Action: "*", Resource: "*", Condition }, { conditions: given });
      expect(decision === "allow", JSON.stringify(Condition)).equal(holds);
    }
  });

  it("name principals by ARN, account, provider or *", () => {
    const role = "arn:aws:iam::111111111111:role/r";
    const subject = { arns: [role], accountId: "111111111111", isRoot: false };
    const allows = (Principal: unknown, Effect = "Allow") =>
      ask({ Effect, Principal, Action: "*", Resource: "*" }, { subject });
    expect(allows("*")).equal("allow");
    expect(allows({ AWS: role })).equal("allow");
    expect(allows({ AWS: "arn:aws:iam::111111111111:role/other" })).equal("none");
    expect(allows({ AWS: "111111111111" }), "an account lets its own policies decide").equal("none");
    expect(allows({ AWS: "arn:aws:iam::111111111111:root" }, "Deny")).equal("deny");
    expect(allows({ Federated: "arn:provider" })).equal("none");
  });

  it("tell public ones", () => {
    const of = (more: object) =>
      isPublic(
        parsePolicy({
          Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*", ...more }],
        }),
      );
    expect(of({})).equal(true);
    expect(of({ Principal: { AWS: "*" } })).equal(true);
    expect(of({ Effect: "Deny" })).equal(false);
    expect(of({ Condition: { StringEquals: { "aws:PrincipalAccount": "1" } } })).equal(false);
  });

  it("are refused with the statement and what is wrong", () => {
    const cases: [unknown, RegExp][] = [
      [[], /must be a JSON object/],
      [{ Statement: [{ Effect: "Allow" }] }, /statement 1 needs either Action or NotAction/],
      [{ Statement: [{ Effect: "allow", Action: "*" }] }, /effect "allow"/],
      [{ Statement: [{ Effect: "Allow", Action: "*", Wat: 1 }] }, /unknown element "Wat"/],
      [
        { Statement: [{ Effect: "Allow", Action: "*", Resource: "a/\u0024{aws:username}" }] },
        /policy variables/,
      ],
      [{ Version: "2020", Statement: [] }, /version "2020"/],
    ];
    for (const [document, message] of cases) expect(() => parsePolicy(document)).throw(message);
  });
});
