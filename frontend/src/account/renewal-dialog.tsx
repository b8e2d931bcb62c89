import { useRef } from "preact/hooks";
import { useServices } from "../services.ts";
import { Modal } from "../shell/modal.tsx";
import { CredentialFields, useCredentials } from "./credentials.tsx";
import { Problem } from "./field.tsx";

/** Asks for the password again, above the page: what was typed there stays, and what was asked for goes on after. */
export function RenewalDialog({ email }: { readonly email: string }) {
  const { api, account } = useServices();
  const form = useRef<HTMLFormElement>(null);
  const credentials = useCredentials(form, async (password) =>
    account.signIn(await api.logIn(email, password)),
  );
  return (
    <Modal class="dialog" labelledBy="renewal-title" onDismiss={() => account.signOut()}>
      <form class="form" ref={form} onSubmit={credentials.submit} noValidate>
        <div>
          <h2 id="renewal-title">Please log in again</h2>
          <p class="soft">Your session has expired. What you typed is still there.</p>
        </div>
        <CredentialFields {...credentials} email={email} autocomplete="current-password" />
        <Problem>{credentials.messageFor("form")}</Problem>
        <div class="actions">
          <button type="button" class="button plain" onClick={() => account.signOut()}>
            Not now
          </button>
          <button type="submit" class="button" aria-disabled={credentials.isBusy}>
            {credentials.isBusy ? "Logging in…" : "Log in"}
          </button>
        </div>
      </form>
    </Modal>
  );
}
