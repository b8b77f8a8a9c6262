package lvm.kernel.wire;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the current cell has shown, as a front end has it now, so that a part can be taken back: the protocol can only clear
 * all. A cell that shows very much is not kept. Not thread-safe; its owner locks.
 */
final class Transcript {
    /** A cell that shows more characters than this is not kept. */
    static final long MOST = 8L * 1024 * 1024;

    private static final Set<String> SHOWN = Set.of("stream", "display_data", "execute_result", "error");

    private final List<Message> shown = new ArrayList<>();
    private long size;
    private boolean lost;
    private boolean clearing;

    /** Begins a cell, which has shown nothing. */
    void begin() {
        shown.clear();
        size = 0;
        lost = false;
        clearing = false;
    }

    /** Gives the cell up: it is not known any more what a front end has. */
    void lose() {
        begin();
        lost = true;
    }

    /** Records a message that is sent. */
    void add(Message message) {
        if (lost) {
            return;
        }
        String type = message.type();
        if (type.equals("clear_output")) {
            if (message.flag("wait", false)) {
                clearing = true;
            } else {
                begin();
            }
        } else if (type.equals("update_display_data")) {
            String id = id(message);
            for (int i = 0; i < shown.size(); i++) {
                if (id(shown.get(i)).equals(id) && !id.isEmpty()) {
                    grow(size(message) - size(shown.get(i)));
                    if (lost) {
                        return;
                    }
                    Message was = shown.get(i);
                    shown.set(
                            i,
                            new Message(
                                    was.identities(),
                                    was.header(),
                                    was.parent(),
                                    was.metadata(),
                                    message.content(),
                                    message.buffers()));
                }
            }
        } else if (SHOWN.contains(type)) {
            if (clearing) {
                begin();
            }
            shown.add(message);
            grow(size(message));
        }
    }

    /**
     * What stays when some displays go.
     *
     * @param ids their ids
     * @return what else the cell has shown, in order; nothing if none of the displays is there, or the cell is not kept
     */
    Optional<List<Message>> without(Set<String> ids) {
        List<Message> rest =
                shown.stream().filter(message -> !ids.contains(id(message))).toList();
        return rest.size() == shown.size() ? Optional.empty() : Optional.of(rest);
    }

    private void grow(long by) {
        size += by;
        if (size > MOST) {
            lose();
        }
    }

    private static String id(Message message) {
        return message.object("transient").get("display_id") instanceof JsonPrimitive id ? id.getAsString() : "";
    }

    private static long size(Message message) {
        long size = message.text("text", "").length();
        JsonObject data = message.object("data");
        for (Map.Entry<String, JsonElement> form : data.entrySet()) {
            size += form.getValue() instanceof JsonPrimitive text && text.isString()
                    ? text.getAsString().length()
                    : 1000;
        }
        return size;
    }
}
