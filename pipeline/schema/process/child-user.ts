import { spawn } from "node:child_process";
import { once } from "node:events";
import { userInfo } from "node:os";

/** How to start a program. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Why it is this process's own user; undefined where it is another. */
  readonly sameUser?: string;
}

/** `nobody`, on every Linux. */
const nobody = 65_534;

/**
 * A program that is to run as a user who owns nothing: a process can read the environment of every other process of its user, and an
 * action's holds what GitHub and AWS know it by. It takes root, or a sudo that asks for no password, as on GitHub's runners.
 */
export async function launchAsNobody(
  command: string,
  args: readonly string[],
  files: readonly string[],
): Promise<Launch> {
  const same = (sameUser: string): Launch => ({ command, args, sameUser });
  if (process.platform !== "linux") return same(`on ${process.platform} there is no other user to be`);
  const check = ["-c", 'for file do test -r "$file" || exit 9; done', "sh", command, ...files];
  if (userInfo().uid === 0) {
    const user = { uid: nobody, gid: nobody };
    const isReadable = (await exitCode("/bin/sh", check, user)) === 0;
    return isReadable ? { command, args, user } : same(unreadable);
  }
  const sudo = ["-n", "-u", `#${nobody}`, "--"];
  const code = await exitCode("sudo", [...sudo, "/bin/sh", ...check]);
  if (code === 0) return { command: "sudo", args: [...sudo, command, ...args] };
  return same(code === 9 ? unreadable : "there is no sudo without a password");
}

const unreadable = `user "nobody" cannot read them`;

async function exitCode(
  command: string,
  args: readonly string[],
  user: { readonly uid?: number; readonly gid?: number } = {},
): Promise<number | null> {
  const child = spawn(command, args, { ...user, cwd: "/", stdio: "ignore", env: {} });
  try {
    const [code] = (await once(child, "exit")) as [number | null];
    return code;
  } catch {
    return null;
  }
}
