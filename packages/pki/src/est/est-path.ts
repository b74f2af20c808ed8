/** Where EST lives on every server (RFC 7030, 3.2.2). */
export const EST_PATH = "/.well-known/est/";
