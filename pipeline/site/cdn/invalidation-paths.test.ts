import { expect } from "chai";
import fc from "fast-check";
import { invalidationPaths } from "./invalidation-paths.ts";

const numbered = (count: number, key: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => key(n));

describe("invalidationPaths", () => {
  const rows: [string, string[], string, string[]][] = [
    ["nothing", [], "", []],
    [
      "both forms of a folder's page",
      ["index.html", "a/index.html"],
      "",
      ["/", "/a/", "/a/index.html", "/index.html"],
    ],
    ["keys under the prefix", ["robots.txt"], "docs/", ["/docs/robots.txt"]],
    [
      "paths as browsers send them",
      ["a b/é?#*.txt", "plus+and&at@.txt"],
      "",
      ["/a%20b/%C3%A9%3F%23%2A.txt", "/plus+and&at@.txt"],
    ],
    [
      "the characters that RFC 1738 calls unsafe, and the apostrophe, encoded",
      ["vendors~main.js", "it's.html"],
      "~user/",
      ["/%7Euser/it%27s.html", "/%7Euser/vendors%7Emain.js"],
    ],
    [
      "the deepest folders that are few enough",
      [...numbered(40, (n) => `blog/2026/${n % 3}/${n}.html`), "robots.txt"],
      "",
      ["/blog/2026/0/*", "/blog/2026/1/*", "/blog/2026/2/*", "/robots.txt"],
    ],
    [
      "higher folders where the deepest are too many",
      numbered(40, (n) => `blog/${n}/post.html`),
      "",
      ["/blog/*"],
    ],
    ["all of the prefix where folders do not help", numbered(40, (n) => `${n}.html`), "docs/", ["/docs/*"]],
    ["the whole site where nothing else helps", numbered(40, (n) => `${n}.html`), "", ["/*"]],
  ];
  for (const [name, keys, prefix, paths] of rows) {
    it(`gives ${name}`, () => expect(invalidationPaths(keys, prefix)).to.deep.equal(paths));
  }

  it("reaches every key, with few paths", () => {
    const part = fc.constantFrom("a", "b", "c", "index.html", "é", "x*");
    const key = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
    fc.assert(
      fc.property(fc.array(key, { maxLength: 80 }), (keys) => {
        const paths = invalidationPaths(keys, "");
        expect(paths.length).to.be.at.most(30);
        expect(paths.filter((path) => path.endsWith("*")).length).to.be.at.most(10);
        for (const one of keys) {
          const path = `/${encodeURI(one).replaceAll("*", "%2A")}`;
          const isReached = paths.some(
            (to) => to === path || (to.endsWith("*") && path.startsWith(to.slice(0, -1))),
          );
          expect(isReached, one).to.equal(true);
        }
      }),
    );
  });
});
