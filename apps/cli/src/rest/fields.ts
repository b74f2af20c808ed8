import { z } from "zod";

/** One property of a query or body as a flag. */
export type Field = {
  name: string;
  /** Without the dashes. */
  flag: string;
  kind: "text" | "number" | "boolean" | "list" | "json";
  nullable: boolean;
  required: boolean;
  /** Long text may be read from a file: `--rules @local.rules`. */
  long: boolean;
  values: readonly string[];
};

const LONG_TEXT = 4096;

const JsonSchema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  maxLength: z.number().optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
});
type JsonSchema = z.infer<typeof JsonSchema>;

/** The properties of an object schema; none for anything else. */
export function fieldsOf(schema: z.ZodType | undefined): Field[] {
  return schema === undefined ? [] : fieldsOfObject(jsonSchemaOf(schema));
}

/**
 * A body whose only property is a list of objects is mostly sent with one of them, so its flags are
 * those of one element.
 */
export function elementFieldsOf(
  schema: z.ZodType | undefined,
): { list: string; fields: Field[] } | undefined {
  if (schema === undefined) return undefined;
  const [only, ...others] = Object.entries(jsonSchemaOf(schema).properties ?? {});
  if (only === undefined || others.length > 0) return undefined;
  const items = JsonSchema.safeParse(JsonSchema.parse(only[1]).items);
  if (!items.success || items.data.properties === undefined) return undefined;
  return { list: only[0], fields: fieldsOfObject(items.data) };
}

function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return JsonSchema.parse(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }));
}

function fieldsOfObject(schema: JsonSchema): Field[] {
  const required = new Set(schema.required);
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    flag: name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    required: required.has(name),
    ...describe(JsonSchema.parse(property)),
  }));
}

function describe(schema: JsonSchema): Pick<Field, "kind" | "nullable" | "long" | "values"> {
  const options = (schema.anyOf ?? []).map((option) => JsonSchema.parse(option));
  const types = new Set([schema, ...options].flatMap(({ type }) => type ?? []));
  const nullable = types.delete("null");
  const [type, ...others] = types;
  const constants = options.flatMap((option) => (option.const === undefined ? [] : [option.const]));
  return {
    kind: others.length > 0 ? "json" : kindOf(type, schema),
    nullable,
    long: (schema.maxLength ?? 0) > LONG_TEXT,
    values: [...(schema.enum ?? []), ...constants].map(String),
  };
}

function kindOf(type: string | undefined, schema: JsonSchema): Field["kind"] {
  switch (type) {
    case "string":
      return "text";
    case "number":
    case "integer":
      return "number";
    case "boolean":
      return "boolean";
    case "array":
      return JsonSchema.safeParse(schema.items).data?.type === "string" ? "list" : "json";
    default:
      return "json";
  }
}
