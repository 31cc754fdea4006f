import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** Verifies access tokens with the JDK alone (15 or newer), and Gson for JSON. */
public final class Verify {
    private static final String AUDIENCE = "accounts";

    /** The keys of the service by their ids. Keep them, and ask again when a {@code kid} is unknown. */
    static Map<String, PublicKey> publicKeys(String issuer) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(issuer + "/.well-known/jwks.json")).build();
        var body = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
        var keys = new HashMap<String, PublicKey>();
        for (var element : JsonParser.parseString(body).getAsJsonObject().getAsJsonArray("keys")) {
            var key = element.getAsJsonObject();
            if (key.get("crv").getAsString().equals("Ed25519")) {
                keys.put(key.get("kid").getAsString(), publicKey(decode(key.get("x").getAsString())));
            }
        }
        return keys;
    }

    /** RFC 8032 section 5.1.2: y in little endian, the lowest bit of x in the highest bit of the last byte. */
    private static PublicKey publicKey(byte[] x) throws GeneralSecurityException {
        boolean odd = (x[31] & 0x80) != 0;
        var reversed = new byte[32];
        for (int i = 0; i < 32; i++) reversed[31 - i] = x[i];
        reversed[0] &= 0x7f;
        var point = new EdECPoint(odd, new BigInteger(1, reversed));
        return KeyFactory.getInstance("Ed25519").generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point));
    }

    /** The claims of a token that is genuine, current and for us. */
    static JsonObject verify(String token, String issuer, Map<String, PublicKey> keys) throws GeneralSecurityException {
        var parts = token.split("\\.", -1);
        if (parts.length != 3) throw new GeneralSecurityException("not a JWT");
        var header = json(parts[0]);
        var key = keys.get(header.get("kid").getAsString());
        if (key == null || !"EdDSA".equals(header.get("alg").getAsString()) || !"at+jwt".equals(header.get("typ").getAsString()))
            throw new GeneralSecurityException("unknown key, algorithm or type");
        var signature = Signature.getInstance("Ed25519");
        signature.initVerify(key);
        signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
        if (!signature.verify(decode(parts[2]))) throw new GeneralSecurityException("forged");
        var claims = json(parts[1]);
        if (!issuer.equals(claims.get("iss").getAsString()) || !AUDIENCE.equals(claims.get("aud").getAsString())
                || claims.get("exp").getAsLong() <= Instant.now().getEpochSecond())
            throw new GeneralSecurityException("expired, or not for us");
        return claims;
    }

    private static JsonObject json(String part) {
        return JsonParser.parseString(new String(decode(part), StandardCharsets.UTF_8)).getAsJsonObject();
    }

    private static byte[] decode(String text) {
        return Base64.getUrlDecoder().decode(text);
    }

    public static void main(String[] arguments) throws Exception {
        var token = new String(System.in.readAllBytes(), StandardCharsets.US_ASCII).strip();
        System.out.println(verify(token, arguments[0], publicKeys(arguments[0])).get("sub").getAsString());
    }
}
