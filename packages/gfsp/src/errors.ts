/**
 * An error of the system is a value with a code: made once, where it happens, carried unchanged through every module,
 * process and protocol to the client. The tables are in `reference/gateway-http.md` §4; each module keeps its own.
 */
export interface GfSpErrorFields {
  /** Who made it: `gateway`, `uploader`, … */
  code_space: string;
  /** HTTP status that a client sees. */
  http_status_code: number;
  /** Number that a client sees; unique within the system. */
  inner_code: number;
  description: string;
}

export class GfSpError extends Error {
  override readonly name = 'GfSpError';
  readonly codeSpace: string;
  readonly httpStatus: number;
  readonly innerCode: number;

  constructor(fields: GfSpErrorFields, options?: ErrorOptions) {
    super(fields.description, options);
    this.codeSpace = fields.code_space;
    this.httpStatus = fields.http_status_code;
    this.innerCode = fields.inner_code;
  }

  toJSON(): GfSpErrorFields {
    return {
      code_space: this.codeSpace,
      http_status_code: this.httpStatus,
      inner_code: this.innerCode,
      description: this.message,
    };
  }

  /** Any thrown value as an error with a code: what has none becomes 500/999999 of space `GfSp`. */
  static from(error: unknown): GfSpError {
    if (error instanceof GfSpError) return error;
    const description = error instanceof Error ? error.message : String(error);
    return new GfSpError(
      { code_space: 'GfSp', http_status_code: 500, inner_code: 999999, description },
      { cause: error },
    );
  }

  is(other: ErrorMaker): boolean {
    return this.innerCode === other.code && this.codeSpace === other.codeSpace;
  }
}

export interface ErrorMaker {
  /** A new error; `detail` replaces the table's text, and says what was expected, what came, what to do. */
  (detail?: string, cause?: unknown): GfSpError;
  readonly codeSpace: string;
  readonly code: number;
}

/** Every error of every table, in the order of their making: for lists. Tables are made once, when a file is loaded. */
const defined: GfSpErrorFields[] = [];

/** The errors of all tables that this process has loaded, by code, then by space. */
export function definedErrors(): GfSpErrorFields[] {
  return defined.toSorted((a, b) => a.inner_code - b.inner_code || (a.code_space < b.code_space ? -1 : 1));
}

/** One table of errors: name → [HTTP status, inner code, text]. */
export function defineErrors<const T extends Record<string, readonly [number, number, string]>>(
  codeSpace: string,
  table: T,
): { [K in keyof T]: ErrorMaker } {
  const makers: Record<string, ErrorMaker> = {};
  for (const [key, [http_status_code, inner_code, text]] of Object.entries(table)) {
    defined.push({ code_space: codeSpace, http_status_code, inner_code, description: text });
    const make = (detail?: string, cause?: unknown) =>
      new GfSpError(
        { code_space: codeSpace, http_status_code, inner_code, description: detail ?? text },
        cause === undefined ? undefined : { cause },
      );
    makers[key] = Object.assign(make, { codeSpace, code: inner_code });
  }
  return makers as { [K in keyof T]: ErrorMaker };
}
