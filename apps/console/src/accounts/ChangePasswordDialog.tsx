import { Dialog } from "../ui/Dialog.tsx";
import { useToast } from "../ui/Toasts.tsx";
import { ChangePasswordForm } from "./ChangePasswordForm.tsx";

/** Changes the own password from the user menu. */
export default function ChangePasswordDialog({ onClose }: { onClose: () => void }) {
  const toast = useToast();
  const done = () => {
    toast("Password changed. Your other sessions are ended.");
    onClose();
  };
  return (
    <Dialog title="Change password" size="sm" isOpen onClose={onClose}>
      <ChangePasswordForm onDone={done} />
    </Dialog>
  );
}
