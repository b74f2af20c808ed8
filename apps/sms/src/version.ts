export const SMS_VERSION = "0.1.0";
