import { useRef, useState } from "preact/hooks";
import { useServices } from "../services.ts";
import { Field } from "./field.tsx";
import { useSubmission } from "./submission.ts";

/** Changes the password, which signs out everywhere else. */
export function PasswordForm() {
  const { api, account, notices } = useServices();
  const [password, setPassword] = useState("");
  const [newPassword, setNewPassword] = useState("");
  const form = useRef<HTMLFormElement>(null);
  const { problem, isBusy, submit } = useSubmission(form, async () => {
    account.signIn(await api.changePassword(password, newPassword));
    setPassword("");
    setNewPassword("");
    notices.say({ text: "Your password is changed. You are signed out everywhere else." });
  });
  const isAboutNew = /^new/i.test(problem ?? "");
  return (
    <form class="form" ref={form} onSubmit={submit} noValidate>
      <Field
        label="Current password"
        type="password"
        name="current-password"
        autocomplete="current-password"
        value={password}
        onText={setPassword}
        problem={isAboutNew ? undefined : problem}
      />
      <Field
        label="New password"
        type="password"
        name="new-password"
        autocomplete="new-password"
        value={newPassword}
        onText={setNewPassword}
        problem={isAboutNew ? problem : undefined}
      />
      <div>
        <button type="submit" class="button" aria-disabled={isBusy}>
          {isBusy ? "Changing…" : "Change password"}
        </button>
      </div>
    </form>
  );
}
