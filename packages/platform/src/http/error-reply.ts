import { AppError, type ErrorBody, type ErrorDetail, httpStatus } from "@breakwater/protocol";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";

export type ErrorReply = { status: number; body: unknown };
export type FormatError = (error: AppError, requestId: string) => ErrorReply;

/** The house's error body. */
export const formatError: FormatError = (error, requestId) => ({
  status: httpStatus(error.code),
  body: {
    error: {
      code: error.code,
      message: error.message,
      ...(error.details.length > 0 ? { details: [...error.details] } : {}),
      requestId,
    },
  } satisfies ErrorBody,
});

/** Any thrown value as an {@link AppError}; what is unknown becomes `Internal` without its details. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (hasZodFastifySchemaValidationErrors(thrown)) return fromValidation(thrown);
  return (
    fromFastify(thrown) ??
    new AppError(
      "Internal",
      "Something failed on our side. Quote the request id to your administrator.",
      { cause: thrown },
    )
  );
}

type ValidationFailure = {
  validationContext?: string | undefined;
  validation: readonly { instancePath: string; message?: string | undefined }[];
};

function fromValidation(failure: ValidationFailure): AppError {
  const where = failure.validationContext ?? "request";
  const details = failure.validation.slice(0, 20).map((issue): ErrorDetail => {
    const path = issue.instancePath.replace(/^\//, "").replaceAll("/", ".");
    return { field: path === "" ? where : path, reason: issue.message ?? "is not valid" };
  });
  const first = details[0];
  const message =
    first === undefined ? `The ${where} is not valid.` : `${first.field}: ${first.reason}`;
  return new AppError("InvalidRequest", message, { details });
}

const FASTIFY_CODES = {
  FST_ERR_CTP_BODY_TOO_LARGE: [
    "PayloadTooLarge",
    "The body is larger than this address accepts. Send it in smaller parts.",
  ],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ["UnsupportedMediaType", "Send the body as application/json."],
  FST_ERR_CTP_EMPTY_JSON_BODY: ["InvalidRequest", "The body is empty. Send a JSON document."],
  FST_ERR_CTP_INVALID_JSON_BODY: ["InvalidRequest", "The body is not valid JSON."],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    "InvalidRequest",
    "The body is not as long as Content-Length says.",
  ],
} as const;

function fromFastify(thrown: unknown): AppError | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const known = FASTIFY_CODES[(thrown as { code?: string }).code as keyof typeof FASTIFY_CODES];
  if (known !== undefined) return new AppError(known[0], known[1], { cause: thrown });
  const status = (thrown as { statusCode?: number }).statusCode;
  if (status === 413)
    return new AppError("PayloadTooLarge", FASTIFY_CODES.FST_ERR_CTP_BODY_TOO_LARGE[1], {
      cause: thrown,
    });
  if (thrown instanceof SyntaxError || status === 400) {
    return new AppError(
      "InvalidRequest",
      "The request could not be read: the body is not valid JSON.",
      { cause: thrown },
    );
  }
  return undefined;
}
