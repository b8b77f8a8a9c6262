package lvm.kernel.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CodecTest {
    private static JsonObject object(String field, String value) {
        JsonObject object = new JsonObject();
        object.addProperty(field, value);
        return object;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void decodingGivesWhatWasEncoded() {
        Codec codec = new Codec("secret", "hmac-sha256");
        List<byte[]> identities = List.of(ascii("one"), new byte[] {0, -1});
        Message sent = codec.message(
                identities,
                "execute_request",
                object("msg_id", "p"),
                object("m", "<&>"),
                object("code", "é😀\u2028\"\n"),
                List.of(new byte[] {1, 2}));
        Message received = codec.decode(codec.encode(sent)).orElseThrow();
        assertEquals(sent.header(), received.header());
        assertEquals(sent.parent(), received.parent());
        assertEquals(sent.metadata(), received.metadata());
        assertEquals(sent.content(), received.content());
        assertEquals("execute_request", received.type());
        assertEquals(2, received.identities().size());
        assertArrayEquals(identities.get(1), received.identities().get(1));
        assertArrayEquals(new byte[] {1, 2}, received.buffers().get(0));
    }

    /** RFC 4231, test case 2: HMAC-SHA-256 with the key "Jefe"; the four parts are signed as one text. */
    @Test
    void theSignatureIsTheHmacOfTheFourParts() {
        String expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        Codec codec = new Codec("Jefe", "hmac-sha256");
        List<byte[]> frames = List.of(
                ascii("<IDS|MSG>"),
                ascii(expected),
                ascii("what do "),
                ascii("ya want "),
                ascii("for "),
                ascii("nothing?"));
        // The signature is right and the parts are no JSON: nothing is thrown, nothing is decoded.
        assertTrue(codec.decode(frames).isEmpty());
        assertEquals(expected, codec.sign(frames.get(2), frames.get(3), frames.get(4), frames.get(5)));
    }

    @Test
    void aChangedMessageIsNotDecoded() {
        Codec codec = new Codec("secret", "hmac-sha256");
        List<byte[]> frames = codec.encode(codec.message(List.of(), "t", new JsonObject(), new JsonObject()));
        for (int i = 1; i < frames.size(); i++) {
            List<byte[]> changed = new ArrayList<>(frames);
            changed.set(i, ascii("{\"a\":1}"));
            assertTrue(codec.decode(changed).isEmpty(), "frame " + i);
        }
        assertTrue(new Codec("other", "hmac-sha256").decode(frames).isEmpty());
        assertTrue(codec.decode(frames.subList(0, 5)).isEmpty());
        assertTrue(codec.decode(List.of()).isEmpty());
    }

    @Test
    void anEmptyKeyMeansUnsigned() {
        Codec codec = new Codec("", "hmac-sha256");
        List<byte[]> frames = codec.encode(codec.message(List.of(), "t", new JsonObject(), new JsonObject()));
        assertEquals(0, frames.get(1).length);
        assertTrue(codec.decode(frames).isPresent());
    }

    @Test
    void otherSchemes() {
        assertTrue(new Codec("k", "hmac-md5").sign(new byte[0]).length() == 32);
        assertTrue(new Codec("k", "hmac-sha512").sign(new byte[0]).length() == 128);
        assertThrows(IllegalArgumentException.class, () -> new Codec("k", "hmac-none"));
    }

    @Test
    void headersAreUniqueAndDated() {
        Codec codec = new Codec("", "hmac-sha256");
        JsonObject one = codec.message(List.of(), "t", new JsonObject(), new JsonObject())
                .header();
        JsonObject two = codec.message(List.of(), "t", new JsonObject(), new JsonObject())
                .header();
        assertNotEquals(one.get("msg_id"), two.get("msg_id"));
        assertEquals(one.get("session"), two.get("session"));
        assertTrue(one.get("date").getAsString().matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,6})?Z"));
    }
}
