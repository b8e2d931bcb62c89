import { useRef, useState } from "preact/hooks";
import type { Session } from "../api.ts";
import { useServices } from "../services.ts";
import { PageHeading } from "../shell/page-heading.tsx";
import { CredentialFields, useCredentials } from "./credentials.tsx";
import { Field, Problem } from "./field.tsx";

interface Props {
  readonly kind: "register" | "log-in";
  /** Why the person sees this instead of what they asked for. */
  readonly reason?: string;
  readonly onSession: (session: Session) => void;
}

const words = {
  register: { title: "Create your account", submit: "Create account", busy: "Creating your account…" },
  "log-in": { title: "Welcome back", submit: "Log in", busy: "Logging in…" },
};

/** Registration and login: one form, two words. */
export function AccountForm({ kind, reason, onSession }: Props) {
  const { api } = useServices();
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const form = useRef<HTMLFormElement>(null);
  const credentials = useCredentials(form, async (password) => {
    const isNew = kind === "register";
    onSession(await (isNew ? api.register(email, password, name.trim()) : api.logIn(email, password)));
  });
  const { title, submit, busy } = words[kind];
  return (
    <form class="panel" ref={form} onSubmit={credentials.submit} noValidate aria-labelledby="account-title">
      <div>
        <PageHeading id="account-title" title={title} keepsFocus />
        <p class="soft">{reason ?? "Share what you see with everyone on Udagram."}</p>
      </div>
      <CredentialFields
        {...credentials}
        email={email}
        onEmail={setEmail}
        autocomplete={kind === "register" ? "new-password" : "current-password"}
      />
      {kind === "register" && (
        <Field
          label="Name"
          type="text"
          name="name"
          autocomplete="name"
          hint="Shown with your photos. You can leave it out."
          isOptional
          value={name}
          onText={setName}
          problem={credentials.messageFor("name")}
        />
      )}
      <Problem>{credentials.messageFor("form")}</Problem>
      <button type="submit" class="button large" aria-disabled={credentials.isBusy}>
        {credentials.isBusy ? busy : submit}
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
