import { expect } from "chai";
import {
  cacheRules,
  dispositionRules,
  encodingRules,
  headersByRule,
  metadataRules,
  typeRules,
} from "./header-rules.ts";

describe("headersByRule", () => {
  it("takes the first rule that matches", () => {
    const headers = headersByRule(cacheRules("# comment\nimages/**  max-age=60\n**/*.png max-age=9"));
    expect(headers("images/a/b.png").cacheControl).to.equal("max-age=60");
    expect(headers("icons/b.png").cacheControl).to.equal("max-age=9");
    expect(headers("b.txt").cacheControl).to.equal("public, max-age=300, must-revalidate");
  });

  it("takes the media type of the first rule that matches", () => {
    const headers = headersByRule(
      [],
      typeRules(".well-known/*  application/json\n**/*.md  text/html; charset=utf-8"),
    );
    expect(headers(".well-known/apple-app-site-association").contentType).to.equal("application/json");
    expect(headers("docs/a.md").contentType).to.equal("text/html; charset=utf-8");
    expect(headers("a.txt").contentType).to.equal("text/plain; charset=utf-8");
  });

  it("caches what a rule makes a page as pages are", () => {
    const headers = headersByRule([], typeRules("about text/html"));
    expect(headers("about").cacheControl).to.equal("no-cache");
  });

  it("takes encodings and dispositions by rule, `identity` for a file that is as it is", () => {
    const headers = headersByRule([], [], {
      encodings: encodingRules("data/*.json.gz identity\n**/*.wasmz gzip"),
      dispositions: dispositionRules("files/** attachment"),
    });
    expect(headers("data/all.json.gz")).to.include({ contentType: "application/gzip" });
    expect(headers("data/all.json.gz")).not.to.have.property("contentEncoding");
    expect(headers("app.wasmz").contentEncoding).to.equal("gzip");
    expect(headers("files/report.pdf").contentDisposition).to.equal("attachment");
    expect(headers("a.txt")).to.have.all.keys("contentType", "cacheControl");
  });

  it("takes all metadata that match, of a name the first", () => {
    const headers = headersByRule([], [], {
      metadata: metadataRules("*.js  team=web = a name\n**  Team=all\n**  tier=1"),
    });
    expect(headers("app.js").metadata).to.deep.equal({ team: "web = a name", tier: "1" });
    expect(headers("docs/a.txt").metadata).to.deep.equal({ team: "all", tier: "1" });
    expect(headersByRule([])("app.js")).not.to.have.property("metadata");
  });

  it("names the line that is no rule", () => {
    expect(() => encodingRules("*.gz zip")).to.throw(/no encoding/);
    expect(() => cacheRules("images/**")).to.throw(/without a value: "images\/\*\*"/);
    expect(() => cacheRules("images/** max-age=60é")).to.throw(/no Cache-Control/);
    expect(() => typeRules("**/*.md markdown")).to.throw(
      /no media type, such as text\/plain: "\*\*\/\*\.md markdown"/,
    );
  });
});
