"""Verifies access tokens in Python. Needs the package pyjwt[crypto]."""

import jwt


def verifier(issuer: str, audience: str = "accounts"):
    """A function that returns the claims of a token that is genuine, current and for us, and raises for any other."""
    keys = jwt.PyJWKClient(f"{issuer}/.well-known/jwks.json")  # keeps the keys, and asks again for an unknown one

    def verify(token: str) -> dict:
        key = keys.get_signing_key_from_jwt(token)
        required = {"require": ["exp", "sub", "sid"]}
        parsed = jwt.decode_complete(token, key, algorithms=["EdDSA"], audience=audience, issuer=issuer, options=required)
        if parsed["header"].get("typ") != "at+jwt":
            raise jwt.InvalidTokenError("not an access token")
        return parsed["payload"]

    return verify


if __name__ == "__main__":
    import sys

    print(verifier(sys.argv[1])(sys.stdin.read().strip())["sub"])
