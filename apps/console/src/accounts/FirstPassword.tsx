import { usePageTitle } from "../query/use-page-title.ts";
import { AccessCard } from "./AccessCard.tsx";
import { ChangePasswordForm } from "./ChangePasswordForm.tsx";

/** The first password was given by somebody else; nothing opens before it is changed. */
export function FirstPassword() {
  usePageTitle("Change password");
  return (
    <AccessCard title="Choose your own password">
      <p className="mb-4 text-muted">
        The password you logged in with was made for the first login only.
      </p>
      <ChangePasswordForm onDone={() => undefined} />
    </AccessCard>
  );
}
