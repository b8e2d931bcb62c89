import { expect } from "chai";
import { redirects } from "./redirects.ts";

describe("redirects", () => {
  it("reads a line per redirect", () => {
    const text = "# moved\n/old-page  /new-page\nblog/  https://blog.example.com/?from=%C3%A9\n/ /en/\n";
    expect(redirects(text)).to.deep.equal([
      { key: "old-page", to: "/new-page" },
      { key: "blog/index.html", to: "https://blog.example.com/?from=%C3%A9" },
      { key: "index.html", to: "/en/" },
    ]);
  });

  const wrong: [string, RegExp][] = [
    ["/old", /write the old path, a space and the new one/],
    ["/old /new 301", /write the old path, a space and the new one/],
    ["/old/* /new", /one path each, without patterns/],
    ["/../old /new", /no browser asks for/],
    ["/a//old /new", /no browser asks for/],
    ["/old new", /must begin with \/ or http/],
    ["/old //evil.example.com", /must begin with \/ or http/],
    ["/old javascript:alert(1)", /must begin with \/ or http/],
    ["/old /né", /must be percent-encoded/],
    [`/old /${"n".repeat(2048)}`, /at most 2 KB/],
    ["/old /old", /leads to itself/],
    ["/old /new\nold /newer", /"old \/newer" \(it is there twice\)/],
  ];
  for (const [line, message] of wrong) {
    it(`refuses "${line.slice(0, 40).replace("\n", "; ")}"`, () => {
      expect(() => redirects(line)).to.throw(message);
    });
  }
});
