import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { expect } from "chai";
import type { SiteFile } from "./manifest.ts";
import { compressedBeside, precompressions } from "./precompressed.ts";

const page: SiteFile = {
  sha256: "0".repeat(64),
  bytes: 9,
  contentType: "text/html; charset=utf-8",
  cacheControl: "no-cache",
};
const text = Buffer.from("<p>hello ".repeat(100));

describe("files compressed ahead", () => {
  it("lie beside what they are of, with its headers and their encoding", () => {
    const beside = compressedBeside("docs/index.html", page, () => text, ["br", "gzip"]);
    expect(beside.map(({ key, served }) => [key, served.contentEncoding])).to.deep.equal([
      ["docs/index.html.br", "br"],
      ["docs/index.html.gz", "gzip"],
    ]);
    for (const { content, served } of beside) {
      expect(served).to.include({ contentType: page.contentType, cacheControl: "no-cache" });
      expect(served.bytes).to.equal(content.length).and.be.below(text.length);
    }
    expect(brotliDecompressSync(beside[0]?.content ?? "").equals(text)).to.equal(true);
    expect(gunzipSync(beside[1]?.content ?? "").equals(text)).to.equal(true);
  });

  it("say nothing of the machine that made them", () => {
    const [made] = compressedBeside("app.js", page, () => text, ["gzip"]);
    expect([...(made?.content.subarray(4, 10) ?? [])]).to.deep.equal([0, 0, 0, 0, 2, 255]);
  });

  for (const key of ["empty.css", "app.js", "a.mjs", "a.svg", "a.wasm", "old.HTM", "app.js.map"]) {
    it(`there are of ${key}, however small it is`, () => {
      expect(compressedBeside(key, page, () => new Uint8Array(), ["br"])).to.have.length(1);
    });
  }

  for (const key of ["photo.jpg", "config.json", "app.js.br", "font.woff2", "robots.txt", "html"]) {
    it(`there are none of ${key}`, () => {
      expect(compressedBeside(key, page, () => text, ["br"])).to.deep.equal([]);
    });
  }

  it("are redirects where the file is one", () => {
    const redirect = { ...page, bytes: 0, redirect: "/new" };
    const beside = compressedBeside("old.html", redirect, () => new Uint8Array(), ["br"]);
    expect(beside.map(({ key, served }) => [key, served])).to.deep.equal([["old.html.br", redirect]]);
  });

  it("cannot be had of what is encoded as it is", () => {
    const encoded = { ...page, contentEncoding: "gzip" };
    expect(() => compressedBeside("app.js", encoded, () => text, ["br"])).to.throw(
      'file "app.js" has the encoding "gzip" already',
    );
  });
});

describe("the input precompress", () => {
  it("is a list of encodings", () => {
    expect(precompressions("")).to.deep.equal([]);
    expect(precompressions("br, gzip")).to.deep.equal(["br", "gzip"]);
    expect(precompressions("gzip\ngzip")).to.deep.equal(["gzip"]);
    expect(() => precompressions("brotli")).to.throw("must be br, gzip or both");
  });
});
