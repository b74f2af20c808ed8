/** `198.51.100.7:443`, `[2001:db8::1]:443`, or the address alone when there is no port. */
export function endpointOf(address: string, port: string): string {
  if (port === "" || port === "0") return address;
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
