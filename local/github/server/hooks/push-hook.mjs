// Both hooks of the repository: pre-receive asks whether anybody is there, post-receive hands the push over and prints
// what the server says of it. Plain JavaScript without imports of ours: it starts in a quarter of the time.
import { openSync, readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";
import { WriteStream } from "node:tty";

const [hook, connectionFile] = process.argv.slice(2);

const notRunning = `
The local GitHub is not running, so nothing would come of this push.
Start it, then push again:  npm start

`;
const wentAway = `
The local GitHub stopped while this push was being worked on. The commits are there; what is not done
yet is done after:  npm start
`;

/** Sends the request; rejects when nobody answers, or somebody who does not know us. */
function send(method, path, body) {
  return new Promise((resolve, reject) => {
    const { url, token } = JSON.parse(readFileSync(connectionFile, "utf8"));
    const outgoing = request(
      new URL(path, url),
      // An agent of its own: the pusher's proxy settings are not for this machine.
      { method, agent: new Agent(), headers: { authorization: `Bearer ${token}` } },
      (answer) =>
        answer.statusCode === 200 ? resolve(answer) : reject(new Error(`status ${answer.statusCode}`)),
    );
    outgoing.once("error", reject);
    outgoing.end(body);
  });
}

/** Width of the terminal that the push was typed in: git's end of it is a pipe. undefined where there is none. */
function terminalColumns() {
  try {
    const { columns } = new WriteStream(openSync("/dev/tty", "r+"));
    return columns > 0 ? columns : undefined;
  } catch {
    return undefined;
  }
}

if (hook === "pre-receive") {
  try {
    (await send("GET", "/_local/hello")).resume();
  } catch {
    // Refused before any ref moves.
    process.stderr.write(notRunning);
    process.exitCode = 1;
  }
} else {
  const updates = (await text(process.stdin))
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [before, after, ref] = line.split(" ");
      return { before, after, ref };
    });
  const { LC_ALL, LC_CTYPE, LANG, UDAGRAM_PUSH_QUIETLY } = process.env;
  const quietly = Boolean(UDAGRAM_PUSH_QUIETLY);
  const pusher = { quietly, locale: { LC_ALL, LC_CTYPE, LANG }, columns: terminalColumns() };
  try {
    const answer = await send("POST", "/_local/pushes", JSON.stringify({ updates, ...pusher }));
    for await (const chunk of answer) process.stderr.write(chunk);
  } catch {
    process.stderr.write(wentAway);
  }
}
