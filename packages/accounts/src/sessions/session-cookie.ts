const MAX_AGE_SECONDS = 12 * 60 * 60;

type Request = { headers: { cookie?: string | undefined } };

/** `__Host-` makes the browser refuse the cookie from another host, path or plain HTTP. */
function cookieName(tls: boolean): string {
  return tls ? "__Host-breakwater" : "breakwater";
}

export function readSessionCookie(request: Request, tls: boolean): string | null {
  const prefix = `${cookieName(tls)}=`;
  for (const part of (request.headers.cookie ?? "").split(";")) {
    const text = part.trim();
    if (text.startsWith(prefix)) return text.slice(prefix.length);
  }
  return null;
}

export function sessionCookie(token: string, tls: boolean): string {
  return cookie(token, MAX_AGE_SECONDS, tls);
}

export function clearedSessionCookie(tls: boolean): string {
  return cookie("", 0, tls);
}

function cookie(value: string, maxAge: number, tls: boolean): string {
  const secure = tls ? "; Secure" : "";
  return `${cookieName(tls)}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAge}${secure}`;
}
