import { TextArea, TextField } from "../../ui/fields.tsx";
import { Select } from "../../ui/Select.tsx";
import { Toggle } from "../../ui/Toggle.tsx";
import type { TargetForm } from "./target-form.ts";

const VERIFY = [
  { value: "system", label: "Authorities that this hub's system trusts" },
  { value: "ca", label: "Own CA certificate" },
  { value: "fingerprint", label: "Pinned certificate" },
] as const;

type Props = {
  form: TargetForm;
  onChange: (patch: Partial<TargetForm>) => void;
  isNew: boolean;
};

/** Server settings: where, how its certificate is checked, and with which account. */
export function TargetFields({ form, onChange, isNew }: Props) {
  return (
    <>
      <Toggle
        kind="switch"
        label="Enable"
        checked={form.enabled}
        onChange={(enabled) => onChange({ enabled })}
      />
      <TextField
        label="Name"
        value={form.name}
        onChange={(name) => onChange({ name })}
        maxLength={60}
        description="For this list; the address when left empty."
      />
      <div className="grid grid-cols-[1fr_8rem] gap-4">
        <TextField
          label="Server"
          mono
          autoFocus
          value={form.address}
          onChange={(address) => onChange({ address })}
          placeholder="192.0.2.10"
          description="An IPv4 address."
        />
        <TextField
          label="Port"
          mono
          inputMode="numeric"
          value={form.port}
          onChange={(port) => onChange({ port })}
        />
      </div>
      <Select
        label="TLS verification"
        options={VERIFY}
        value={form.verify}
        onChange={(verify) => onChange({ verify })}
      />
      {form.verify === "ca" && (
        <TextArea
          label="CA certificate"
          mono
          value={form.ca}
          onChange={(ca) => onChange({ ca })}
          description="In PEM form."
        />
      )}
      {form.verify === "fingerprint" && (
        <TextField
          label="Certificate fingerprint"
          mono
          value={form.fingerprint}
          onChange={(fingerprint) => onChange({ fingerprint })}
          description="SHA-256. Test Connection shows what the server presents."
        />
      )}
      <div className="grid grid-cols-2 gap-4">
        <TextField
          label="User name"
          autoComplete="off"
          maxLength={15}
          value={form.userName}
          onChange={(userName) => onChange({ userName })}
          description="1 to 15 characters."
        />
        <TextField
          label="Password"
          type="password"
          autoComplete="new-password"
          maxLength={15}
          value={form.password}
          onChange={(password) => onChange({ password })}
          description={
            isNew ? "1 to 15 characters." : "Leave empty to keep the stored one for this server."
          }
        />
      </div>
    </>
  );
}
