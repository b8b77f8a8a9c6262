package lvm.kernel.wire;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;

/**
 * One message of the protocol.
 *
 * @param identities the routing frames before the delimiter; the topic on the output channel
 * @param header id, session, user, date, type and version
 * @param parent the header of the request that this message belongs to, or an empty object
 * @param metadata further properties
 * @param content what the message says
 * @param buffers binary frames after the content
 */
public record Message(
        List<byte[]> identities,
        JsonObject header,
        JsonObject parent,
        JsonObject metadata,
        JsonObject content,
        List<byte[]> buffers) {

    /**
     * The type.
     *
     * @return {@code msg_type} of the header, empty if it has none
     */
    public String type() {
        return text(header, "msg_type", "");
    }

    /**
     * A text of the content.
     *
     * @param field its name
     * @param otherwise the value when there is no such text
     * @return the text
     */
    public String text(String field, String otherwise) {
        return text(content, field, otherwise);
    }

    /**
     * A truth value of the content.
     *
     * @param field its name
     * @param otherwise the value when there is no such field
     * @return the value
     */
    public boolean flag(String field, boolean otherwise) {
        return content.get(field) instanceof JsonPrimitive value && value.isBoolean()
                ? value.getAsBoolean()
                : otherwise;
    }

    /**
     * An integer of the content.
     *
     * @param field its name
     * @param otherwise the value when there is no such number
     * @return the number
     */
    public int number(String field, int otherwise) {
        return content.get(field) instanceof JsonPrimitive value && value.isNumber() ? value.getAsInt() : otherwise;
    }

    /**
     * An object of the content.
     *
     * @param field its name
     * @return the object, empty when there is none
     */
    public JsonObject object(String field) {
        return content.get(field) instanceof JsonObject value ? value : new JsonObject();
    }

    private static String text(JsonObject object, String field, String otherwise) {
        JsonElement value = object.get(field);
        return value instanceof JsonPrimitive primitive && primitive.isString() ? primitive.getAsString() : otherwise;
    }
}
