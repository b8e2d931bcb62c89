import { expect } from "chai";
import { busyLine } from "./busy-with.ts";

const event = (minute: number, message: string, requestId: string) => ({
  at: new Date(Date.UTC(2026, 10, 30, 12, minute)),
  severity: "INFO",
  message,
  requestId,
});

describe("busyLine", () => {
  it("tells since when and by what, by the newest operation's own events", () => {
    const events = [
      event(1, "Environment update is starting.", "old"),
      event(2, "Environment update completed successfully.", "old"),
      event(3, "Environment update is starting.", "new"),
      event(4, "Deploying new version to instance(s).", "new"),
      event(5, "Environment health has transitioned from Ok to Info.", ""),
    ];
    expect(busyLine(events)).to.equal(
      'since 2026-11-30T12:03:00Z by request new: "Environment update is starting.", and last "Deploying new version to instance(s)."',
    );
  });

  it("says nothing where no event tells", () => {
    expect(busyLine([])).to.equal("");
    expect(busyLine([event(1, "Environment health has transitioned.", "")])).to.equal("");
  });
});
