import type {
  DistributedRisk,
  DistributedType,
  DistributionTarget,
  TargetTls,
} from "@breakwater/protocol";

/** What the form holds: texts as typed. */
export type TargetForm = {
  name: string;
  enabled: boolean;
  address: string;
  port: string;
  verify: TargetTls["verify"];
  ca: string;
  fingerprint: string;
  userName: string;
  /** Empty: the stored one stays. */
  password: string;
  types: readonly DistributedType[];
  risk: DistributedRisk;
  sendTtl: boolean;
};

export function formOf(target: DistributionTarget | undefined): TargetForm {
  const tls = target?.tls ?? { verify: "system" };
  return {
    name: target?.name ?? "",
    enabled: target?.enabled ?? true,
    address: target?.address ?? "",
    port: String(target?.port ?? 443),
    verify: tls.verify,
    ca: tls.verify === "ca" ? tls.ca : "",
    fingerprint: tls.verify === "fingerprint" ? tls.fingerprint : "",
    userName: target?.userName ?? "",
    password: "",
    types: target?.types ?? ["ipv4", "domain"],
    risk: target?.risk ?? "high",
    sendTtl: target?.sendTtl ?? true,
  };
}

/** The part that Test Connection needs. */
export function serverOf(form: TargetForm) {
  return {
    address: form.address.trim(),
    port: Number(form.port),
    tls: tlsOf(form),
    userName: form.userName,
    ...(form.password === "" ? {} : { password: form.password }),
  };
}

export function settingsOf(form: TargetForm) {
  const { enabled, risk, sendTtl } = form;
  const name = form.name.trim() === "" ? form.address.trim() : form.name.trim();
  return { ...serverOf(form), name, enabled, types: [...form.types], risk, sendTtl };
}

function tlsOf({ verify, ca, fingerprint }: TargetForm): TargetTls {
  switch (verify) {
    case "system":
      return { verify };
    case "ca":
      return { verify, ca };
    case "fingerprint":
      return { verify, fingerprint: fingerprint.trim() };
  }
}

/** Why the server part cannot be used yet. The hub checks everything again. */
export function serverProblem(form: TargetForm, isNew: boolean): string | undefined {
  const port = Number(form.port);
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(form.address.trim())) return "Enter an IPv4 address";
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return "Enter a port from 1 to 65535";
  if (form.verify === "ca" && form.ca.trim() === "") return "Paste the CA certificate";
  if (form.verify === "fingerprint" && form.fingerprint.trim() === "") {
    return "Enter the fingerprint of the certificate";
  }
  if (form.userName === "") return "Enter a user name";
  if (isNew && form.password === "") return "Enter a password";
  return undefined;
}

export function formProblem(form: TargetForm, isNew: boolean): string | undefined {
  if (form.types.length === 0) return "Choose at least one object type";
  return serverProblem(form, isNew);
}
