// A Lambda authorizer (type TOKEN or REQUEST, REST API) for an API of your own. Needs the package jose.
import { verifier } from "../verify/verify.mjs";

/** @type {ReturnType<typeof verifier> | undefined} */
let verify;

/**
 * Answers who the caller is, for every route of the stage: API Gateway keeps the answer by token. What the caller may do is for
 * your functions to ask.
 * @param {{ authorizationToken?: string, headers?: Record<string, string>, methodArn: string }} event
 */
export async function handler(event) {
  verify ??= verifier(String(process.env["ACCOUNTS_URL"]), process.env["TOKEN_AUDIENCE"]);
  const header = event.authorizationToken ?? event.headers?.["authorization"] ?? event.headers?.["Authorization"] ?? "";
  const token = /^Bearer +(\S+)$/i.exec(header)?.[1] ?? "";
  const claims = await verify(token).catch((error) => {
    // API Gateway answers 401 to exactly this message, and 500 to any other.
    throw error?.code === "ERR_JWKS_TIMEOUT" || error instanceof TypeError ? error : new Error("Unauthorized");
  });
  const [api, stage] = event.methodArn.split("/");
  return {
    principalId: claims.sub,
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: `${api}/${stage}/*` }],
    },
    context: { userId: claims.sub, sessionId: claims["sid"], email: claims["email"], expiresAt: claims.exp },
  };
}
