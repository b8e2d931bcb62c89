import { expect } from "chai";
import { assetsOf, mixedContent } from "./page.ts";

describe("verify: what a page loads", () => {
  it("names scripts, styles, preloads, icons and images, each once", () => {
    const html = `<!doctype html>
      <link rel="stylesheet" href="./assets/a.css"><link rel='modulepreload' href='/assets/b.js'>
      <link rel="icon" href=/icon.svg><link rel="canonical" href="/elsewhere">
      <!-- <script src="/commented.js"></script> -->
      <script type="module" src="./assets/c.js?x=1&amp;y=2"></script><script>inline()</script>
      <img alt="" src="data:image/png;base64,AA=="><img src="https://cdn.example/d.png#top"><a href="/page">
      <script src="/assets/b.js"></script>`;
    expect(assetsOf(html, "https://site.example/")).to.deep.equal([
      "https://site.example/assets/a.css",
      "https://site.example/assets/b.js",
      "https://site.example/icon.svg",
      "https://site.example/assets/c.js?x=1&y=2",
      "https://cdn.example/d.png",
    ]);
  });

  it("finds what an https page loads by http, and nothing on an http page", () => {
    const html = '<script src="http://cdn.example/a.js"></script><img src="/b.png">';
    expect(mixedContent(html, "https://site.example")?.message).to.contain('"http://cdn.example/a.js"');
    expect(mixedContent(html, "http://site.example")).to.equal(undefined);
  });
});
