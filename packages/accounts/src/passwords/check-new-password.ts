import { AppError } from "@breakwater/protocol";

/** Length is the contract's; here are the choices that are long and still easily guessed. */
export function checkNewPassword(password: string, userName: string): void {
  const lower = password.toLowerCase();
  if (lower.includes(userName.toLowerCase())) {
    throw weak("contains the user name", "Choose one that does not.");
  }
  if (new Set(lower).size < 5) {
    throw weak("has fewer than five different characters", "Choose a longer phrase.");
  }
  if (isSequence(lower)) throw weak("is a sequence", "Choose a phrase of several words.");
}

function isSequence(text: string): boolean {
  const codes = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, at) => code - (codes[at] ?? 0));
  return steps.filter((step) => Math.abs(step) <= 1).length > steps.length * 0.8;
}

/** Unlike other bad fields, the value is not repeated. */
function weak(reason: string, remedy: string): AppError {
  return new AppError("InvalidRequest", `The new password ${reason}. ${remedy}`, {
    details: [{ field: "password", reason, remedy }],
  });
}
