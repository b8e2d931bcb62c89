import { useEffect, useRef, useState } from "preact/hooks";
import type { Api, Session } from "./api.ts";

/** Field that a message of the server is about; "form" when it is about no single one. */
function fieldOf(message: string): "email" | "password" | "form" {
  if (/password/i.test(message)) return "password";
  if (/email|user/i.test(message)) return "email";
  return "form";
}

interface Props {
  readonly api: Api;
  readonly kind: "register" | "log-in";
  readonly onSession: (session: Session) => void;
}

/** Registration and login: one form, two words. */
export function AccountForm({ api, kind, onSession }: Props) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);

  const title = kind === "register" ? "Create your account" : "Welcome back";
  const where = problem === undefined ? undefined : fieldOf(problem);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      onSession(kind === "register" ? await api.register(email, password) : await api.logIn(email, password));
    } catch (error) {
      setProblem((error as Error).message);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form class="panel" onSubmit={submit} noValidate aria-labelledby="account-title">
      <h1 id="account-title">{title}</h1>
      <label>
        Email
        <input
          ref={first}
          type="email"
          name="email"
          autocomplete="email"
          value={email}
          onInput={(event) => setEmail(event.currentTarget.value)}
          aria-invalid={where === "email"}
          aria-describedby="email-problem"
          required
        />
        <span class="problem" id="email-problem" role="alert">
          {where === "email" && problem}
        </span>
      </label>
      <label>
        Password
        <input
          type="password"
          name="password"
          autocomplete={kind === "register" ? "new-password" : "current-password"}
          value={password}
          onInput={(event) => setPassword(event.currentTarget.value)}
          aria-invalid={where === "password"}
          aria-describedby="password-problem"
          required
        />
        <span class="problem" id="password-problem" role="alert">
          {where === "password" && problem}
        </span>
      </label>
      <span class="problem" role="alert">
        {where === "form" && problem}
      </span>
      <button type="submit" class="button" disabled={busy}>
        {busy ? "One moment…" : kind === "register" ? "Register" : "Log in"}
      </button>
      <p class="aside">
        {kind === "register" ? (
          <>
            Already registered? <a href="#/log-in">Log in</a>
          </>
        ) : (
          <>
            New here? <a href="#/register">Create an account</a>
          </>
        )}
      </p>
    </form>
  );
}
