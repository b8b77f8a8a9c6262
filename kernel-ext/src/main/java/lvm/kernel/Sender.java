package lvm.kernel;

import com.google.gson.JsonObject;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import lvm.kernel.render.Renderers.Bundle;
import lvm.kernel.wire.Channel;
import lvm.kernel.wire.Codec;
import lvm.kernel.wire.Message;
import lvm.kernel.wire.Outbox;

/** What the kernel sends: replies on the channel of their request, everything else on the output channel. */
final class Sender {
    private final Codec codec;
    private final Outbox outbox;
    private Message working;

    Sender(Codec codec, Outbox outbox) {
        this.codec = codec;
        this.outbox = outbox;
    }

    /** Says that the kernel starts; this belongs to no request. */
    void starting() {
        status(new JsonObject(), "starting");
    }

    /** Says that the kernel begins a request; those of the queue come one after the other, others beside them. */
    synchronized void busy(Message request, boolean queued) {
        if (queued) {
            working = request;
        }
        status(request.header(), "busy");
    }

    /**
     * Says that the kernel is done with a request. Front ends show the state that they heard of last: if a cell still runs
     * beside the request, they hear of it again.
     */
    synchronized void idle(Message request, boolean queued) {
        if (queued) {
            working = null;
        }
        status(request.header(), "idle");
        if (working != null) {
            status(working.header(), "busy");
        }
    }

    private void status(JsonObject parent, String state) {
        post("status", parent, new JsonObject(), Contents.object("execution_state", state), List.of());
    }

    /** Answers a request; on the control channel before everything that waits. */
    void reply(Channel channel, Message request, String type, JsonObject content) {
        Message reply = codec.message(request.identities(), type, request.header(), content);
        if (channel == Channel.CONTROL) {
            outbox.postFirst(channel, reply);
        } else {
            outbox.post(channel, reply);
        }
    }

    /** Sends output that belongs to the current request. */
    void publish(String type, JsonObject content) {
        publish(type, content, List.of());
    }

    /** Sends output with binary frames that belongs to the current request. */
    void publish(String type, JsonObject content, List<byte[]> buffers) {
        post(type, outbox.parent(), new JsonObject(), content, buffers);
    }

    /** Sends output with metadata that belongs to the current request. */
    void publish(String type, JsonObject content, JsonObject metadata) {
        post(type, outbox.parent(), metadata, content, List.of());
    }

    /**
     * Shows something. Waits while the front end has not read what was shown before; a thread that is interrupted then
     * keeps its flag, and nothing is shown.
     *
     * @param bundle its forms
     * @param id the id of the display, or null
     * @param update whether it replaces what has that id
     */
    void display(Bundle bundle, String id, boolean update) {
        JsonObject content = Contents.display(bundle, id);
        long weight = 0;
        for (Object form : bundle.data().values()) {
            weight += form instanceof String text ? text.length() : 1000;
        }
        try {
            outbox.publish(
                    codec.message(
                            topic("display_data"),
                            update ? "update_display_data" : "display_data",
                            outbox.parent(),
                            content),
                    weight);
        } catch (InterruptedIOException e) {
            // The flag of the thread is set; the cell ends at its next check.
            return;
        }
    }

    /** Removes the output of the running cell, at once or when the next output comes. */
    void clearOutput(boolean wait) {
        JsonObject content = new JsonObject();
        content.addProperty("wait", wait);
        publish("clear_output", content);
    }

    private void post(String type, JsonObject parent, JsonObject metadata, JsonObject content, List<byte[]> buffers) {
        outbox.post(Channel.IOPUB, codec.message(topic(type), type, parent, metadata, content, buffers));
    }

    private static List<byte[]> topic(String type) {
        return List.of(type.getBytes(StandardCharsets.US_ASCII));
    }
}
