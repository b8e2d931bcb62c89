import { useRef, useState } from "preact/hooks";
import { useServices } from "../services.ts";
import { Modal } from "../shell/modal.tsx";
import { go } from "../shell/route.ts";
import { Field } from "./field.tsx";
import { useSubmission } from "./submission.ts";

/** Asks for the password before the account is deleted, and deletes it. */
export function CloseAccountDialog({ onDone }: { readonly onDone: () => void }) {
  const { api, account, draft, feed, notices } = useServices();
  const [password, setPassword] = useState("");
  const form = useRef<HTMLFormElement>(null);
  const { problem, isBusy, submit } = useSubmission(form, async () => {
    await api.closeAccount(password);
    onDone();
    draft.clear();
    feed.clear();
    account.signOut();
    notices.say({ text: "Your account is deleted." });
    go("#/");
  });
  return (
    <Modal class="dialog" labelledBy="closing-title" onDismiss={onDone}>
      <form class="form" ref={form} onSubmit={submit} noValidate>
        <div>
          <h2 id="closing-title">Delete your account?</h2>
          <p class="soft">All your photos disappear for everyone. There is no way back.</p>
        </div>
        <Field
          label="Password"
          type="password"
          name="password"
          autocomplete="current-password"
          isFirst
          value={password}
          onText={setPassword}
          problem={problem}
        />
        <div class="actions">
          <button type="button" class="button plain" onClick={onDone}>
            Keep it
          </button>
          <button type="submit" class="button danger" aria-disabled={isBusy}>
            {isBusy ? "Deleting…" : "Delete account"}
          </button>
        </div>
      </form>
    </Modal>
  );
}
