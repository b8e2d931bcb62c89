import { expect } from "chai";
import { fieldOf } from "./draft.ts";
import { megabytes, problemOfPhoto } from "./photo-file.ts";
import { refusalOf } from "./put-file.ts";

describe("what can go wrong with a photo", () => {
  it("is the file", () => {
    expect(problemOfPhoto({ type: "image/webp", size: 10_000_000 })).to.equal(undefined);
    expect(problemOfPhoto({ type: "image/svg+xml", size: 1 })).to.match(/^Only JPEG/);
    expect(problemOfPhoto({ type: "image/png", size: 0 })).to.equal("This file is empty.");
    expect(problemOfPhoto({ type: "image/png", size: 10_000_001 })).to.contain("this one has 10.1 MB");
    expect(megabytes(1)).to.equal("0.1 MB");
  });

  it("is the store, which says so in XML", () => {
    const xml = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code></Error>`;
    expect(refusalOf(400, xml("EntityTooLarge"))).to.contain("too large");
    expect(refusalOf(503, xml("SlowDown"))).to.contain("busy (SlowDown)");
    expect(refusalOf(500, "")).to.contain("busy (500)");
    expect(refusalOf(403, xml("AccessDenied"))).to.contain("has expired");
    expect(refusalOf(400, xml("RequestTimeout"))).to.contain("(RequestTimeout)");
  });

  it("is shown at the field that it is about", () => {
    expect(fieldOf("Caption is required or malformed.")).to.equal("caption");
    expect(fieldOf("File url is required.")).to.equal("photo");
    expect(fieldOf("The photo has not arrived. Upload it again.")).to.equal("photo");
    expect(fieldOf("The server cannot be reached. Check your connection and try again.")).to.equal("form");
  });
});
