package lvm.kernel.wire;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Messages to frames and back, with their signatures. Safe for use by several threads. */
public final class Codec {
    /** The version of the protocol that the kernel speaks. */
    public static final String PROTOCOL = "5.5";

    private static final byte[] DELIMITER = "<IDS|MSG>".getBytes(StandardCharsets.US_ASCII);
    private static final Gson GSON = new GsonBuilder()
            .disableHtmlEscaping()
            .serializeNulls()
            .serializeSpecialFloatingPointValues()
            .create();

    private final String session = UUID.randomUUID().toString();
    private final AtomicLong count = new AtomicLong();
    private final ThreadLocal<Mac> mac;

    /**
     * A codec for one connection.
     *
     * @param key the key of the signatures, empty for unsigned messages
     * @param scheme {@code hmac-} and the name of a digest
     * @throws IllegalArgumentException if this Java does not know the scheme
     */
    public Codec(String key, String scheme) {
        if (key.isEmpty()) {
            mac = null;
            return;
        }
        String algorithm = scheme.toLowerCase(Locale.ROOT).replaceFirst("^hmac-", "Hmac");
        SecretKeySpec secret = new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), algorithm);
        newMac(algorithm, secret);
        mac = ThreadLocal.withInitial(() -> newMac(algorithm, secret));
    }

    private static Mac newMac(String algorithm, SecretKeySpec secret) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(secret);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("Codec: unknown signature scheme " + algorithm, e);
        }
    }

    /**
     * The id of this session, which stands in all headers.
     *
     * @return the id
     */
    public String session() {
        return session;
    }

    /**
     * A new message.
     *
     * @param identities the routing frames
     * @param type its type
     * @param parent the header of the request that it belongs to, or an empty object
     * @param content what it says
     * @return the message with a header of its own
     */
    public Message message(List<byte[]> identities, String type, JsonObject parent, JsonObject content) {
        return message(identities, type, parent, new JsonObject(), content, List.of());
    }

    /**
     * A new message with metadata and buffers.
     *
     * @param identities the routing frames
     * @param type its type
     * @param parent the header of the request that it belongs to, or an empty object
     * @param metadata further properties
     * @param content what it says
     * @param buffers binary frames
     * @return the message with a header of its own
     */
    public Message message(
            List<byte[]> identities,
            String type,
            JsonObject parent,
            JsonObject metadata,
            JsonObject content,
            List<byte[]> buffers) {
        JsonObject header = new JsonObject();
        header.addProperty("msg_id", session + "_" + count.getAndIncrement());
        header.addProperty("session", session);
        header.addProperty("username", "kernel");
        header.addProperty("date", Instant.now().truncatedTo(ChronoUnit.MICROS).toString());
        header.addProperty("msg_type", type);
        header.addProperty("version", PROTOCOL);
        return new Message(identities, header, parent, metadata, content, buffers);
    }

    /**
     * The frames of a message.
     *
     * @param message the message
     * @return identities, delimiter, signature, header, parent, metadata, content, buffers
     */
    public List<byte[]> encode(Message message) {
        byte[] header = bytes(message.header());
        byte[] parent = bytes(message.parent());
        byte[] metadata = bytes(message.metadata());
        byte[] content = bytes(message.content());
        List<byte[]> frames = new ArrayList<>(message.identities());
        frames.add(DELIMITER);
        frames.add(signature(header, parent, metadata, content));
        frames.add(header);
        frames.add(parent);
        frames.add(metadata);
        frames.add(content);
        frames.addAll(message.buffers());
        return frames;
    }

    /**
     * The message in some frames.
     *
     * @param frames what was received
     * @return the message, or nothing if the frames are malformed or the signature is wrong
     */
    public Optional<Message> decode(List<byte[]> frames) {
        int at = 0;
        while (at < frames.size() && !Arrays.equals(frames.get(at), DELIMITER)) {
            at++;
        }
        if (frames.size() < at + 6) {
            return Optional.empty();
        }
        byte[] header = frames.get(at + 2);
        byte[] parent = frames.get(at + 3);
        byte[] metadata = frames.get(at + 4);
        byte[] content = frames.get(at + 5);
        byte[] expected = signature(header, parent, metadata, content);
        if (mac != null && !MessageDigest.isEqual(expected, frames.get(at + 1))) {
            return Optional.empty();
        }
        try {
            Message message = new Message(
                    List.copyOf(frames.subList(0, at)),
                    object(header),
                    object(parent),
                    object(metadata),
                    object(content),
                    List.copyOf(frames.subList(at + 6, frames.size())));
            return message.type().isEmpty() ? Optional.empty() : Optional.of(message);
        } catch (JsonParseException | IllegalStateException e) {
            return Optional.empty();
        }
    }

    private byte[] signature(byte[]... parts) {
        return sign(parts).getBytes(StandardCharsets.US_ASCII);
    }

    /** The signature of these parts in hexadecimal digits, empty without a key. */
    String sign(byte[]... parts) {
        if (mac == null) {
            return "";
        }
        Mac signer = mac.get();
        signer.reset(); // the last signature may have ended for lack of memory
        for (byte[] part : parts) {
            signer.update(part);
        }
        return HexFormat.of().formatHex(signer.doFinal());
    }

    private static JsonObject object(byte[] json) {
        JsonElement element = JsonParser.parseString(new String(json, StandardCharsets.UTF_8));
        return element.getAsJsonObject();
    }

    private static byte[] bytes(JsonObject json) {
        return GSON.toJson(json).getBytes(StandardCharsets.UTF_8);
    }
}
