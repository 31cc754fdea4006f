// Verifies access tokens in Go: `verify ISSUER < token`.
package main

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"

	"github.com/golang-jwt/jwt" // 4; with modules: github.com/golang-jwt/jwt/v4
)

const audience = "accounts"

// publicKeys answers the keys of the service by their ids. Keep the answer, and ask again when a `kid` is unknown.
func publicKeys(issuer string) (map[string]ed25519.PublicKey, error) {
	answer, err := http.Get(issuer + "/.well-known/jwks.json")
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	var set struct {
		Keys []struct{ Kid, Crv, X string }
	}
	if err := json.NewDecoder(answer.Body).Decode(&set); err != nil {
		return nil, err
	}
	keys := map[string]ed25519.PublicKey{}
	for _, key := range set.Keys {
		if x, err := base64.RawURLEncoding.DecodeString(key.X); err == nil && key.Crv == "Ed25519" && len(x) == ed25519.PublicKeySize {
			keys[key.Kid] = x
		}
	}
	return keys, nil
}

// verify answers the claims of a token that is genuine, current and for us.
func verify(token, issuer string, keys map[string]ed25519.PublicKey) (jwt.MapClaims, error) {
	claims := jwt.MapClaims{}
	parser := &jwt.Parser{ValidMethods: []string{"EdDSA"}}
	parsed, err := parser.ParseWithClaims(token, claims, func(token *jwt.Token) (interface{}, error) {
		kid, _ := token.Header["kid"].(string)
		if key, known := keys[kid]; known && token.Header["typ"] == "at+jwt" {
			return key, nil
		}
		return nil, errors.New("unknown key or type")
	})
	if err != nil {
		return nil, err
	}
	if !parsed.Valid || !claims.VerifyIssuer(issuer, true) || !claims.VerifyAudience(audience, true) {
		return nil, errors.New("not for us")
	}
	return claims, nil
}

func main() {
	token, err := io.ReadAll(os.Stdin)
	if err != nil {
		log.Fatal(err)
	}
	keys, err := publicKeys(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	claims, err := verify(strings.TrimSpace(string(token)), os.Args[1], keys)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(claims["sub"])
}
