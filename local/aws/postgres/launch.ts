import { spawnSync } from "node:child_process";
import { chownSync } from "node:fs";

/** "nobody" of most systems. It needs no entry in /etc/passwd. */
const unprivileged = 65534;

export interface Launcher {
  /** The program and arguments that run `command` as a user under whom PostgreSQL agrees to run. */
  wrap(command: string, args: readonly string[]): { readonly command: string; readonly args: string[] };
  /** Gives a file or folder to that user. */
  own(path: string): void;
}

/**
 * PostgreSQL refuses to run as root, and an unprivileged user cannot reach a data directory below a private folder of
 * root's. So root starts it as nobody, with the one capability that lets it pass through such folders: an ambient one, which
 * survives `exec`, whose ordinary loss at the change of user `no_setuid_fixup` prevents.
 */
export function launcher(environment: Readonly<Record<string, string>>): Launcher {
  if (process.getuid?.() !== 0) {
    return { wrap: (command, args) => ({ command, args: [...args] }), own: () => {} };
  }
  const setpriv = spawnSync("setpriv", ["--version"], { encoding: "utf8", env: environment });
  if (setpriv.status !== 0 || !setpriv.stdout.includes("util-linux")) {
    throw new Error(
      'PostgreSQL does not run as root, and "setpriv" of util-linux, which starts it as another user, is not there. ' +
        "Install util-linux (apt-get install util-linux, apk add setpriv), or run as an ordinary user",
    );
  }
  const options = [
    "--securebits=+no_setuid_fixup",
    `--reuid=${unprivileged}`,
    `--regid=${unprivileged}`,
    "--clear-groups",
    "--inh-caps=+dac_override",
    "--ambient-caps=+dac_override",
    "--",
  ];
  return {
    wrap: (command, args) => ({ command: "setpriv", args: [...options, command, ...args] }),
    own: (path) => chownSync(path, unprivileged, unprivileged),
  };
}
